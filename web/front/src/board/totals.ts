/** The desk as a whole, from its teams and agents. */

import type { AgentRow, Board, StaffView, TeamRow } from "../client/wire.gen";

export interface Totals {
  readonly waiting: number;
  /** Seconds; null when nobody waits. */
  readonly longest_wait: number | null;
  /** Seconds, over those answered in the last 30 minutes; null when there were none. */
  readonly average_wait: number | null;
  readonly active: number;
  readonly available: number;
  readonly away: number;
  readonly full: number;
  readonly missed: number;
  /** Per cent of those who arrived in the last 30 minutes; null when nobody did. */
  readonly abandoned_percent: number | null;
}

/** How an agent counts: away covers every agent who is signed in but takes nothing. */
export type Standing = "available" | "full" | "away" | "absent" | "offline";

export function standing(staff: StaffView): Standing {
  if (staff.availability === "offline") return "offline";
  if (staff.availability === "away") return "away";
  if (!staff.present) return "absent";
  return staff.load + 100 > staff.capacity ? "full" : "available";
}

/** Sums over teams; agents are counted once each, however many teams they are in. */
export function totals(board: Board): Totals {
  const arrived = sum(board.teams, (team) => team.arrived);
  const abandoned = sum(board.teams, (team) => team.abandoned);
  return {
    waiting: sum(board.teams, (team) => team.waiting),
    longest_wait: longest(board.teams),
    average_wait: averageWait(board.teams),
    active: sum(board.teams, (team) => team.active),
    available: count(board.agents, "available"),
    away: count(board.agents, "away") + count(board.agents, "absent"),
    full: count(board.agents, "full"),
    missed: sum(board.teams, (team) => team.missed),
    abandoned_percent: percent(abandoned, arrived),
  };
}

/** `part` of `whole` in per cent, rounded; null when there is no whole. */
export function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((100 * Math.min(part, whole)) / whole);
}

function longest(teams: readonly TeamRow[]): number | null {
  const waits = teams.flatMap((team) => (team.longest_wait === null ? [] : [team.longest_wait]));
  return waits.length === 0 ? null : Math.max(...waits);
}

/** Weighted by the chats answered, for an average of averages lies about small teams. */
function averageWait(teams: readonly TeamRow[]): number | null {
  let seconds = 0;
  let answered = 0;
  for (const team of teams) {
    if (team.average_wait === null) continue;
    const weight = Math.max(1, team.arrived - team.abandoned);
    seconds += team.average_wait * weight;
    answered += weight;
  }
  return answered === 0 ? null : Math.round(seconds / answered);
}

function sum<T>(rows: readonly T[], of: (row: T) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}

function count(agents: readonly AgentRow[], wanted: Standing): number {
  return agents.filter((agent) => standing(agent.staff) === wanted).length;
}
