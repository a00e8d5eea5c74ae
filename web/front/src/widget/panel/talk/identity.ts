import type { Person } from "../../bridge";

/** Who the site says its customer is, signed by the site's server; as `POST /api/visitors` takes it. */
export interface Identity {
  external_id: string;
  name?: string;
  email?: string;
  organisation?: string;
  attributes?: Record<string, string>;
  issued_at: number;
  signature: string;
}

/** Null where the page has not said it, or not signed it. */
export function identityOf(person: Person): Identity | null {
  const { external_id, name, email, organisation, attributes, issued_at, signature } = person;
  if (!external_id || !issued_at || !signature) return null;
  return {
    external_id: `${external_id}`,
    name,
    email,
    organisation,
    attributes,
    issued_at,
    signature,
  };
}
