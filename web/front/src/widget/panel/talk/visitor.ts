import { delay } from "../../../client/backoff";
import type { Exclusively } from "../../../client/locks";
import type { Shelf } from "../../../client/shelf";

/** Who this browser is to the site. The token opens its conversations, so it stays in the panel. */
export interface Visitor {
  token: string;
  visitor_id: string;
}

export class NotMade extends Error {}

/**
 * The visitor of this browser: the one kept, or a new one. Of several tabs one makes it.
 * @throws NotMade when the server cannot be reached or refuses, after three tries.
 */
export async function obtain(
  site: string,
  shelf: Shelf,
  exclusively: Exclusively,
): Promise<Visitor> {
  const kept = read(shelf, site);
  if (kept) return kept;
  let made: Visitor | null = null;
  await exclusively(`visitor.${site}`, async () => {
    made = read(shelf, site) ?? (await make(site));
    shelf.set(key(site), JSON.stringify(made));
  });
  if (!made) throw new NotMade();
  return made;
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

async function make(site: string): Promise<Visitor> {
  for (let attempt = 0; attempt < 3; attempt++) {
    if (attempt > 0) await new Promise((go) => setTimeout(go, delay(attempt, Math.random())));
    const answer = await post(site);
    if (answer?.ok) return (await answer.json()) as Visitor;
    if (answer && answer.status < 500 && answer.status !== 429) break;
  }
  throw new NotMade();
}

/** Null when the server cannot be reached. */
function post(site: string): Promise<Response | null> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ site });
  return fetch("/api/visitors", { method: "POST", headers, body }).catch(() => null);
}

function key(site: string): string {
  return `frontdesk.visitor.${site}`;
}
