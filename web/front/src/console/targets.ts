/** Whom a chat can be handed to: teams first, then colleagues, those who can take it before the others. Pure. */

import type { ConversationSummary, StaffView, TeamView } from "../client/wire.gen";
import type { Colleagues } from "./http";
import type { State } from "./state";

export interface Target {
  readonly type: "team" | "staff";
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly presence?: "available" | "away" | "offline";
  /** What stands in the way, or is to be known. */
  readonly mark: { readonly word: string; readonly tone: "good" | "warn" | "neutral" } | null;
  /** Why the server would refuse it; null when it would not. */
  readonly barred: string | null;
}

/** @param known asked for just now; the feed knows some of it newer */
export function targets(
  known: Colleagues,
  state: State,
  summary: ConversationSummary,
  search: string,
): Target[] {
  const staff = known.staff.map((one) => state.staff[one.id] ?? one);
  const wanted = search.trim().toLocaleLowerCase();
  const teams = known.teams.map((team) => ofTeam(team, staff, summary));
  const people = staff
    .filter((one) => one.id !== summary.assignee?.id)
    .map((one) => ofStaff(one, known.teams))
    .sort(
      (a, b) =>
        Number(a.barred !== null) - Number(b.barred !== null) || a.name.localeCompare(b.name),
    );
  return [...teams, ...people].filter((target) => target.name.toLocaleLowerCase().includes(wanted));
}

function ofTeam(team: TeamView, staff: readonly StaffView[], summary: ConversationSummary): Target {
  const able = staff.filter((one) => one.teams.includes(team.id) && canTake(one)).length;
  const here = team.id === summary.team_id;
  return {
    type: "team",
    id: team.id,
    name: team.name,
    about: here
      ? "This team's queue, at the old place"
      : "Into this team's queue, at the old place",
    mark: able > 0 ? { word: `${able} free`, tone: "good" } : { word: "Nobody free", tone: "warn" },
    barred: null,
  };
}

function ofStaff(one: StaffView, teams: readonly TeamView[]): Target {
  const names = teams.filter((team) => one.teams.includes(team.id)).map((team) => team.name);
  const full = one.load >= one.capacity;
  const here = one.present && one.availability === "available";
  return {
    type: "staff",
    id: one.id,
    name: one.name,
    about: `${one.load / 100} of ${one.capacity / 100} chats${names.length ? ` · ${names.join(", ")}` : ""}`,
    presence: one.present ? one.availability : "offline",
    mark: here
      ? full
        ? { word: "Full", tone: "warn" }
        : null
      : { word: absence(one), tone: "neutral" },
    barred: here ? (full ? "at capacity" : null) : "not there",
  };
}

function canTake(one: StaffView): boolean {
  return one.present && one.availability === "available" && one.load < one.capacity;
}

function absence(one: StaffView): string {
  if (!one.present || one.availability === "offline") return "Offline";
  return "Away";
}
