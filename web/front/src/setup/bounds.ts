/** Which numbers settings may have: the server's own limits, in the unit that people type. */

import { type Bounds, type Typed, write } from "./numbers";
import { UNITS, type Unit } from "./words";

export interface Measure extends Bounds {
  /** How many of the server's make one of the field's. */
  readonly scale: number;
  readonly unit: string;
}

/** A number with its unit: "1 chat", "90 seconds". */
export function measured(value: Typed, { scale, unit }: Measure): string {
  const text = write(value, scale);
  return `${text} ${text === "1" ? unit.replace(/s$/, "") : unit}`;
}

const WEEK = 7 * 86_400;

function time(unit: Unit, min: number, max: number, optional = false): Measure {
  return { min, max, optional, scale: UNITS[unit], unit };
}

function carried(min: number, max: number, optional = false): Measure {
  return { min, max, optional, scale: 100, unit: "chats" };
}

export const CAPACITY = carried(100, 10_000);
export const WEIGHT = carried(1, 10_000);

export const TEAM_NUMBERS = {
  offer_timeout_seconds: time("seconds", 5, 600),
  team_capacity: carried(100, 10_000, true),
  wrap_up_seconds: time("seconds", 0, 3_600),
  queue_max: { min: 0, max: 100_000, optional: true, scale: 1, unit: "waiting" },
  relax_seconds: time("seconds", 0, 86_400, true),
  overflow_seconds: time("minutes", 1, WEEK, true),
  wait_target_seconds: time("seconds", 1, WEEK),
  service_percent: { min: 1, max: 100, scale: 1, unit: "%" },
  alert_depth: { min: 1, max: 100_000, optional: true, scale: 1, unit: "waiting" },
  alert_wait_seconds: time("minutes", 1, WEEK, true),
  silence_warn_seconds: time("minutes", 1, WEEK),
  silence_solve_seconds: time("minutes", 1, WEEK),
  close_after_seconds: time("days", 3_600, 365 * 86_400),
} satisfies Readonly<Record<string, Measure>>;
