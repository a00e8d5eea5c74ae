/** Where a chat could go, and what stands against it. */

import type { ConversationSummary, StaffView, TeamRow } from "../client/wire.gen";
import type { Target } from "./lookout";
import type { State } from "./state";
import { standing } from "./totals";
import { STANDING } from "./words";

export interface Choice {
  readonly target: Target;
  readonly name: string;
  /** In a few words: teams, or how full the queue is. */
  readonly about: string;
  /** Null for a team. */
  readonly staff: StaffView | null;
  /** Why it cannot be chosen now; null when it can. */
  readonly barred: string | null;
}

export function idOf(target: Target): string {
  return "team_id" in target ? target.team_id : target.staff_id;
}

/** Agents who have room first, then teams, then those who cannot be given a chat now. */
export function choices(state: State, chat: ConversationSummary, text: string): readonly Choice[] {
  const wanted = text.trim().toLocaleLowerCase();
  const fits = (choice: Choice) => choice.name.toLocaleLowerCase().includes(wanted);
  const agents = agentsOf(state).map((staff) => agentChoice(state, chat, staff));
  const teams = (state.board?.teams ?? []).map((team) => teamChoice(chat, team));
  return [...agents, ...teams]
    .filter(fits)
    .sort((one, other) => rank(one) - rank(other) || byName(one, other));
}

/** The board's rows are the newest; the welcome's list has those who are on no board. */
function agentsOf(state: State): readonly StaffView[] {
  const newest = new Map(Object.entries(state.staff));
  for (const { staff } of state.board?.agents ?? []) newest.set(staff.id, staff);
  return [...newest.values()];
}

function agentChoice(state: State, chat: ConversationSummary, staff: StaffView): Choice {
  const teams = state.teams.filter((team) => staff.teams.includes(team.id));
  return {
    target: { staff_id: staff.id },
    name: staff.id === state.me?.id ? `${staff.name} (you)` : staff.name,
    about: teams.map((team) => team.name).join(", "),
    staff,
    barred: barredAgent(chat, staff),
  };
}

function barredAgent(chat: ConversationSummary, staff: StaffView): string | null {
  if (chat.assignee?.id === staff.id) return "Has it now";
  const how = standing(staff);
  return how === "available" ? null : STANDING[how];
}

function teamChoice(chat: ConversationSummary, team: TeamRow): Choice {
  const here = chat.live === "waiting" && chat.team_id === team.team_id;
  return {
    target: { team_id: team.team_id },
    name: team.name,
    about: `${queueOf(team)}, ${team.waiting} waiting, ${team.available} available`,
    staff: null,
    barred: here ? "Waits here" : null,
  };
}

/** A chat that is moved is never turned away, so this is to be known and bars nothing. */
function queueOf(team: TeamRow): string {
  if (team.paused) return "Paused queue";
  if (team.closed) return "Closed queue";
  return team.queue_max !== null && team.waiting >= team.queue_max ? "Full queue" : "Queue";
}

function rank(choice: Choice): number {
  if (choice.barred !== null) return 2;
  return choice.staff ? 0 : 1;
}

function byName(one: Choice, other: Choice): number {
  return one.name.localeCompare(other.name);
}
