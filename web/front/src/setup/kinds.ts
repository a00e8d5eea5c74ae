/** What is set up here, as the server's HTTP interface has it. */

import type { Availability, Role } from "../client/wire.gen";

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];
/** Opens and closes, "09:00" to "17:30"; an end before its start is on the next day. */
export type Interval = readonly [string, string];
/** Null: always open. */
export type Hours = Readonly<Partial<Record<Day, readonly Interval[]>>>;
export type Strategy = "least_loaded" | "longest_idle" | "round_robin" | "most_skilled";
/** Name → level from 1 to 5. */
export type Skills = Readonly<Record<string, number>>;

/** A time or a largest size of null means: never, or no bound. Capacity in hundredths of a chat. */
export interface Team {
  readonly id: string;
  readonly name: string;
  readonly assignment: "automatic" | "offered";
  readonly offer_timeout_seconds: number;
  readonly strategy: Strategy;
  readonly sticky: boolean;
  readonly team_capacity: number | null;
  readonly wrap_up_seconds: number;
  readonly queue_max: number | null;
  readonly paused: boolean;
  readonly relax_seconds: number | null;
  readonly overflow_team_id: string | null;
  readonly overflow_seconds: number | null;
  readonly fallback_team_id: string | null;
  readonly wait_target_seconds: number;
  readonly service_percent: number;
  readonly alert_depth: number | null;
  readonly alert_wait_seconds: number | null;
  readonly silence_warn_seconds: number;
  readonly silence_solve_seconds: number;
  readonly close_after_seconds: number;
  readonly hours: Hours | null;
  readonly time_zone: string;
  /** Dates, YYYY-MM-DD. */
  readonly holidays: readonly string[];
  /** What one conversation of a channel weighs, hundredths of a chat. */
  readonly weights: Readonly<Record<string, number>>;
}

/** A member of staff. `capacity` in hundredths of a chat. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly capacity: number;
  readonly team_ids: readonly string[];
  /** Lower-case primary subtags. */
  readonly languages: readonly string[];
  readonly skills: Skills;
  readonly availability: Availability;
  readonly disabled: boolean;
}

export type Op = "is" | "is_not" | "contains" | "starts_with" | "ends_with" | "exists";

export interface Condition {
  /** "page.url", "customer.vip", "attribute:plan". */
  readonly field: string;
  readonly op: Op;
  readonly value: string;
}

/** All of its conditions hold → its priority; the first rule that applies decides. */
export interface Rule {
  readonly name: string;
  /** 0 low, 1 normal, 2 high, 3 urgent. */
  readonly priority: number;
  readonly when: readonly Condition[];
}

export interface SiteTopic {
  readonly key: string;
  readonly label: string;
  /** Null: the site's default team. */
  readonly team_id: string | null;
  readonly skills: Skills;
}

export interface Site {
  readonly key: string;
  readonly name: string;
  readonly color: string;
  readonly origins: readonly string[];
  readonly default_team_id: string;
  readonly topics: readonly SiteTopic[];
  readonly greeting: string;
  readonly away_notice: string;
}

/** The whole list of rules is one thing: their order decides. */
export interface RuleBook {
  readonly rules: readonly Rule[];
}

/** The parts of the page, in the order of its navigation. */
export interface Kinds {
  teams: Team;
  people: Person;
  rules: RuleBook;
  sites: Site;
}
export type Part = keyof Kinds;
export const PARTS: readonly Part[] = ["teams", "people", "rules", "sites"];

/** By what a thing of a part is named in the address and in the server's. */
export function nameIn<P extends Part>(part: P, thing: Kinds[P]): string {
  if (part === "rules") return "";
  return part === "sites" ? (thing as Site).key : (thing as Team | Person).id;
}

export const FRESH = "new";
