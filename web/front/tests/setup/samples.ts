/** A desk's setup as the server tells it, with only what a test cares for set. */

import { PERSON, SITE, TEAM } from "../../src/setup/blank";
import type { Person, Site, Team } from "../../src/setup/kinds";
import { apply, empty, type State } from "../../src/setup/state";
import { staff } from "../samples";

export function team(id: string, change: Partial<Team> = {}): Team {
  return { ...TEAM, id, name: id, ...change };
}

export function person(id: string, change: Partial<Person> = {}): Person {
  const { password: _, ...known } = PERSON;
  return { ...known, id, name: id, email: `${id}@example.com`, ...change };
}

export function site(key: string, change: Partial<Site> = {}): Site {
  return { ...SITE, key, name: key, default_team_id: "support", ...change };
}

/** An admin's page with these teams. */
export function setup(...teams: Team[]): State {
  const nobody = empty(staff("dana", { role: "admin" }));
  return apply(nobody, { type: "loaded", part: "teams", things: teams });
}
