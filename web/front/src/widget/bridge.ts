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
}

/** What the page knows of its customer: fills in the form, nothing more. */
export interface Person {
  name?: string;
  email?: string;
}
