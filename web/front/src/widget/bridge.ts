/** What the loader on the customer's page and the panel in its frame say to each other. */

/** From the loader. `hello` comes first; its origin is the only one that the panel answers to. */
export type ToPanel =
  | { frontdesk: "hello"; open: boolean; focus: boolean; page: Page; person: Person }
  | { frontdesk: "opened"; focus: boolean; page: Page }
  | { frontdesk: "closed" }
  | { frontdesk: "page"; page: Page }
  | { frontdesk: "person"; person: Person };

/** From the panel. */
export type ToPage =
  | { frontdesk: "ready"; color: string }
  | { frontdesk: "close" }
  | { frontdesk: "unread"; n: number }
  | { frontdesk: "conversation"; exists: boolean }
  | { frontdesk: "message" }
  | { frontdesk: "ended" };

export interface Page {
  url: string;
  title: string;
  /** As the page says it; empty where it does not. */
  language: string;
  /** What the page has `set`; empty where it took it back. */
  attributes: Record<string, string>;
}

/**
 * What the page knows of its customer. Name and address fill in the form; with `external_id` and the
 * `signature` of the site's server it is an identity, which the desk proves.
 */
export interface Person {
  name?: string;
  email?: string;
  external_id?: string;
  organisation?: string;
  attributes?: Record<string, string>;
  /** Unix seconds. */
  issued_at?: number;
  signature?: string;
  /** The customer has left: forget who was here. */
  reset?: true;
}
