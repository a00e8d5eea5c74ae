/** What the setup asks over HTTP. */

import { get, send } from "../client/http";
import type { NewPerson } from "./blank";
import {
  FRESH,
  type Kinds,
  type Part,
  type Person,
  type RuleBook,
  type Site,
  type Team,
} from "./kinds";
import type { Place } from "./place";

type Changes = Readonly<Record<string, unknown>>;

const LISTS: { readonly [P in Part]: () => Promise<readonly Kinds[P][]> } = {
  teams: async () => (await get<{ teams: Team[] }>("/api/teams")).teams,
  people: async () => (await get<{ staff: Person[] }>("/api/staff")).staff,
  rules: async () => [await get<RuleBook>("/api/rules")],
  sites: async () => (await get<{ sites: Site[] }>("/api/sites")).sites,
};

/** All things of a part. @throws Problem */
export function list<P extends Part>(part: P): Promise<readonly Kinds[P][]> {
  return (LISTS[part] as () => Promise<readonly Kinds[P][]>)();
}

/**
 * Saves what was changed, and answers the thing as the server has it now.
 *
 * Only the changes of a known thing are sent, so that of two people who save it the last wins for the
 * fields that they changed, and for no others.
 *
 * @param whole the thing with its changes
 * @throws Problem
 */
export function save<P extends Part>(
  place: Place & { part: P },
  changes: Changes,
  whole: Kinds[P],
): Promise<Kinds[P]> {
  return SAVES[place.part](place.id, changes, whole as never) as Promise<Kinds[P]>;
}

const SAVES: {
  readonly [P in Part]: (id: string, changes: Changes, whole: Kinds[P]) => Promise<Kinds[P]>;
} = {
  teams: (id, changes) =>
    id === FRESH ? send("POST", "/api/teams", changes) : send("PATCH", at("teams", id), changes),
  people: (id, changes, whole) =>
    id === FRESH ? hire(whole as NewPerson) : send("PATCH", at("staff", id), changes),
  rules: (_, changes) => send("PUT", "/api/rules", changes),
  sites: (id, changes, whole) =>
    id === FRESH ? send("POST", "/api/sites", whole) : send("PATCH", at("sites", id), changes),
};

/** Closes an account. @throws Problem */
export function disable(id: string): Promise<void> {
  return send("DELETE", at("staff", id));
}

/** The secret with which a site's own server signs who a customer is. @throws Problem */
export async function secretOf(key: string): Promise<string> {
  return (await get<{ secret: string }>(`${at("sites", key)}/secret`)).secret;
}

/** A new one; the old one is worth nothing from then on. @throws Problem */
export async function renewSecret(key: string): Promise<string> {
  return (await send<{ secret: string }>("POST", `${at("sites", key)}/secret`)).secret;
}

function at(collection: string, id: string): string {
  return `/api/${collection}/${encodeURIComponent(id)}`;
}

/** The answer tells of a colleague, not of what is set; that was just sent. */
async function hire({ password, ...person }: NewPerson): Promise<Person> {
  const { email, name, role, capacity, languages, skills, team_ids: teams } = person;
  const wish = { email, name, password, role, capacity, teams, languages, skills };
  const { id } = await send<{ id: string }>("POST", "/api/staff", wish);
  return { ...person, id };
}
