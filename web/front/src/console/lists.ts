/** The lists, as they follow from what is known. Pure. */

import { newer } from "../client/summaries";
import type { ConversationSummary } from "../client/wire.gen";
import type { State } from "./state";

export type ListName = "mine" | "unassigned" | "all";

/** How near a wait is to its team's target. */
export type Tone = "calm" | "soon" | "late";

/** One's own chats, oldest first: an order that does not jump under the hand. */
export function mine(state: State): ConversationSummary[] {
  const me = state.me?.id;
  return Object.values(state.rows)
    .filter((row) => row.live === "assigned" && row.assignee?.id === me)
    .sort((a, b) => order(a.opened_at, b.opened_at) || order(a.conversation_id, b.conversation_id));
}

/** Who waits for anybody, in the order they will be served; left messages after the live ones. */
export function unassigned(state: State): ConversationSummary[] {
  return Object.values(state.rows)
    .filter((row) => (row.live === "waiting" || row.live === "message") && sees(state, row))
    .sort(
      (a, b) =>
        Number(b.live === "waiting") - Number(a.live === "waiting") ||
        b.priority - a.priority ||
        order(waitStart(a), waitStart(b)) ||
        order(a.conversation_id, b.conversation_id),
    );
}

/** A conversation that left one's teams is still told of, so that it leaves the lists too. */
function sees(state: State, row: ConversationSummary): boolean {
  if (!state.me) return false;
  return state.me.role !== "agent" || state.me.teams.includes(row.team_id);
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function waitStart(row: ConversationSummary): string {
  return row.waiting_since ?? row.opened_at;
}

/** Since when this customer waits for somebody: for an agent, or for an answer. Null: nobody waits. */
export function waitingSince(row: ConversationSummary): string | null {
  if (row.live === "waiting" || row.live === "message") return waitStart(row);
  return row.live === "assigned" ? row.unanswered_since : null;
}

export function tone(waited_seconds: number, target_seconds: number): Tone {
  if (waited_seconds >= target_seconds) return "late";
  return waited_seconds >= target_seconds / 2 ? "soon" : "calm";
}

/**
 * How many of the customer's messages nobody of the staff has seen. Counted where the thread is
 * held; elsewhere it is only known whether there is one. What merely happened is never counted.
 */
export function unread(state: State, row: ConversationSummary): number {
  const followed = state.followed[row.conversation_id];
  if (!followed?.summary) {
    return row.unanswered_since !== null && row.public_head > row.agent_seen ? 1 : 0;
  }
  return followed.public.entries.filter(
    ({ seq, kind, author }) =>
      seq > row.agent_seen && kind === "message" && author.kind === "customer",
  ).length;
}

/** A conversation as newest known: the lists and its opened thread are told of it apart. */
export function summaryOf(state: State, conversation_id: string): ConversationSummary | null {
  const row = state.rows[conversation_id];
  const own = state.followed[conversation_id]?.summary;
  return row ? newer(own, row) : (own ?? null);
}
