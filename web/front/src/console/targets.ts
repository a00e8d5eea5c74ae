/** Whom a chat can be handed to: teams first, then colleagues, those who can take it before the others. Pure. */

import { upcoming } from "../client/time";
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
  now_ms: number = Date.now(),
): Target[] {
  const staff = known.staff.map((one) => state.staff[one.id] ?? one);
  const wanted = search.trim().toLocaleLowerCase();
  const teams = known.teams.map((one) => {
    const team = state.teams[one.id] ?? one;
    const able = staff.filter((each) => each.teams.includes(team.id) && canTake(each)).length;
    const obstacle = standing(team, known.waiting[team.id] ?? 0, now_ms);
    return ofTeam(team, team.id === summary.team_id, able, obstacle);
  });
  const people = staff
    .filter((one) => one.id !== summary.assignee?.id)
    .map((one) => ofStaff(one, known.teams))
    .sort(
      (a, b) =>
        Number(a.barred !== null) - Number(b.barred !== null) || a.name.localeCompare(b.name),
    );
  return [...teams, ...people].filter((target) => target.name.toLocaleLowerCase().includes(wanted));
}

function ofTeam(team: TeamView, here: boolean, able: number, obstacle: Obstacle | null): Target {
  const into = here ? "This team's queue" : "Into this team's queue";
  const free = able > 0 ? `${able} free` : "Nobody free";
  return {
    type: "team",
    id: team.id,
    name: team.name,
    about: obstacle?.means ?? `${into}, at the old place`,
    mark: obstacle
      ? { word: obstacle.word, tone: "warn" }
      : { word: free, tone: able > 0 ? "good" : "warn" },
    barred: null,
  };
}

interface Obstacle {
  readonly word: string;
  readonly means: string;
}

/** What whoever hands a chat to this team should know; a chat under way is not refused for it. */
function standing(team: TeamView, waiting: number, now_ms: number): Obstacle | null {
  if (team.paused) return { word: "Paused", means: "It waits there until the queue goes on" };
  if (team.closed) {
    const word = team.opens_at ? `Closed until ${upcoming(team.opens_at, now_ms)}` : "Closed";
    return { word, means: "It waits there unless somebody is at work" };
  }
  if (team.queue_max !== null && waiting >= team.queue_max) {
    return { word: "Queue full", means: `It gets in all the same, where ${waiting} wait` };
  }
  return null;
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
