/** What a new thing begins with: the server's own defaults. */

import { FRESH, type Kinds, type Part, type Person, type Site, type Team } from "./kinds";
import type { State } from "./state";

export const TEAM: Team = {
  id: FRESH,
  name: "",
  assignment: "automatic",
  offer_timeout_seconds: 30,
  strategy: "least_loaded",
  sticky: true,
  team_capacity: null,
  wrap_up_seconds: 0,
  queue_max: null,
  paused: false,
  relax_seconds: 60,
  overflow_team_id: null,
  overflow_seconds: null,
  fallback_team_id: null,
  wait_target_seconds: 60,
  service_percent: 80,
  alert_depth: null,
  alert_wait_seconds: null,
  silence_warn_seconds: 600,
  silence_solve_seconds: 300,
  close_after_seconds: 604_800,
  hours: null,
  time_zone: "UTC",
  holidays: [],
  weights: { chat: 100, message: 100 },
};

/** The password is known here alone, until the account is made. */
export type NewPerson = Person & { readonly password: string };

export const PERSON: NewPerson = {
  id: FRESH,
  email: "",
  name: "",
  password: "",
  role: "agent",
  capacity: 300,
  team_ids: [],
  languages: [],
  skills: {},
  availability: "offline",
  disabled: false,
};

export const SITE: Site = {
  key: "",
  name: "",
  color: "#1f6feb",
  origins: [],
  default_team_id: "",
  topics: [],
  greeting: "",
  away_notice: "",
};

export function blank<P extends Part>(state: State, part: P): Kinds[P] {
  const team = state.stocks.teams.things?.[0]?.id ?? "";
  const blanks: Kinds = {
    teams: TEAM,
    people: PERSON,
    rules: { rules: [] },
    sites: { ...SITE, default_team_id: team },
  };
  return blanks[part];
}
