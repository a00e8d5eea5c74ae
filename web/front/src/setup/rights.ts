/** Who may change what; the server decides, and this says it beforehand. */

import type { StaffView } from "../client/wire.gen";
import { FRESH, type Part, type Person } from "./kinds";
import type { Place } from "./place";

/** What a supervisor may change beside an admin. */
const SUPERVISED: { readonly [P in Part]?: ReadonlySet<string> } = {
  teams: new Set([
    "alert_depth",
    "alert_wait_seconds",
    "wait_target_seconds",
    "silence_warn_seconds",
    "silence_solve_seconds",
    "service_percent",
    "paused",
  ]),
  people: new Set(["capacity", "team_ids", "languages", "skills"]),
};

export function maySet(me: StaffView, { part, id }: Place, thing: object, field: string): boolean {
  if (me.role === "admin") {
    const fixed = (part === "people" && field === "email") || (part === "sites" && field === "key");
    if (fixed) return id === FRESH;
    return !(part === "people" && field === "role" && id === me.id);
  }
  if (part === "people" && (thing as Person).role !== "agent") return false;
  return SUPERVISED[part]?.has(field) ?? false;
}

/** Whether somebody may make new things, and close accounts. */
export function mayMake(me: StaffView): boolean {
  return me.role === "admin";
}
