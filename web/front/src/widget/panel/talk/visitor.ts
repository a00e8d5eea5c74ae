import { delay } from "../../../client/backoff";
import type { Exclusively } from "../../../client/locks";
import type { Shelf } from "../../../client/shelf";
import type { Identity } from "./identity";

/** Who this browser is to the site. The token opens its conversations, so it stays in the panel. */
export interface Visitor {
  token: string;
  visitor_id: string;
  /** The site's own id of its customer, where the site has proved who this is. */
  external_id?: string;
}

export class NotMade extends Error {}

/**
 * The visitor of this browser: the one kept, unless the page means another customer, or a new one. Of
 * several tabs one makes it. An identity that is not proved makes a visitor without a name.
 * @throws NotMade when the server cannot be reached or refuses, after three tries.
 */
export async function obtain(
  site: string,
  shelf: Shelf,
  exclusively: Exclusively,
  identity: Identity | null = null,
): Promise<Visitor> {
  const own = () => {
    const kept = read(shelf, site);
    const another = identity && kept?.external_id && kept.external_id !== identity.external_id;
    return another ? null : kept;
  };
  let found = own();
  if (found) return found;
  await exclusively(`visitor.${site}`, async () => {
    found = own();
    if (found) return;
    found = await make(site, identity).catch((error) => {
      if (identity) return make(site);
      throw error;
    });
    keep(site, shelf, found);
  });
  if (!found) throw new NotMade();
  return found;
}

export function keep(site: string, shelf: Shelf, visitor: Visitor): void {
  shelf.set(key(site), JSON.stringify(visitor));
}

/** Forgets a visitor whom the server does not know any more. */
export function forget(site: string, shelf: Shelf, visitor: Visitor): void {
  if (read(shelf, site)?.token === visitor.token) shelf.remove(key(site));
}

export function read(shelf: Shelf, site: string): Visitor | null {
  try {
    const kept = JSON.parse(shelf.get(key(site)) ?? "null") as Visitor | null;
    return kept?.token && kept.visitor_id ? kept : null;
  } catch {
    return null;
  }
}

/** @throws NotMade */
export async function make(site: string, identity: Identity | null = null): Promise<Visitor> {
  const proved = identity ? { external_id: identity.external_id } : {};
  for (let attempt = 0; attempt < 3; attempt++) {
    if (attempt > 0) await new Promise((go) => setTimeout(go, delay(attempt, Math.random())));
    const answer = await post({ site, ...(identity && { identity }) });
    if (answer?.ok) return { ...((await answer.json()) as Visitor), ...proved };
    if (answer && answer.status < 500 && answer.status !== 429) break;
  }
  throw new NotMade();
}

/** Null when the server cannot be reached. */
function post(wish: object): Promise<Response | null> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify(wish);
  return fetch("/api/visitors", { method: "POST", headers, body }).catch(() => null);
}

function key(site: string): string {
  return `frontdesk.visitor.${site}`;
}
