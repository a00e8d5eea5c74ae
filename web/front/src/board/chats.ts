/** The list of chats: which are shown, in what order, and how long each has waited. */

import type { ConversationSummary, TeamView } from "../client/wire.gen";
import { secondsSince } from "./freshness";

export type Stage = "all" | "waiting" | "active";

export interface Filter {
  readonly stage: Stage;
  /** Empty for every team. */
  readonly team_id: string;
  /** What a person typed: words of a name, mail address, subject, agent, or a ticket number. */
  readonly text: string;
}

export const NO_FILTER: Filter = { stage: "all", team_id: "", text: "" };

/** Those that pass the filter: the waiting first, by the longest wait, then the unanswered. */
export function shown(
  chats: readonly ConversationSummary[],
  filter: Filter,
): readonly ConversationSummary[] {
  const words = filter.text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return chats
    .filter((chat) => filter.stage === "all" || stage(chat) === filter.stage)
    .filter((chat) => filter.team_id === "" || chat.team_id === filter.team_id)
    .filter((chat) => words.every((word) => searchable(chat).includes(word)))
    .sort(inOrder);
}

export function stage(chat: ConversationSummary): "waiting" | "active" | "other" {
  if (chat.live === "waiting") return "waiting";
  return chat.live === "assigned" ? "active" : "other";
}

/** How many there are at each stage within the team of the filter. */
export function counts(
  chats: readonly ConversationSummary[],
  team_id: string,
): Record<Stage, number> {
  const ofTeam = chats.filter((chat) => team_id === "" || chat.team_id === team_id);
  const waiting = ofTeam.filter((chat) => stage(chat) === "waiting").length;
  const active = ofTeam.filter((chat) => stage(chat) === "active").length;
  return { all: ofTeam.length, waiting, active };
}

/** Seconds the customer has been left waiting: in line, or for an answer; null when answered. */
export function waited(chat: ConversationSummary, now_ms: number): number | null {
  const since = chat.live === "waiting" ? chat.waiting_since : chat.unanswered_since;
  return since === null ? null : secondsSince(since, now_ms);
}

export type Urgency = "calm" | "warm" | "late";

/** A wait against its team's target: warm from half of it, late beyond it. */
export function urgency(seconds: number | null, target_seconds: number): Urgency {
  if (seconds === null || seconds * 2 < target_seconds) return "calm";
  return seconds > target_seconds ? "late" : "warm";
}

/** The target of a team that may be unknown here; a minute is the desk's default. */
export function target(teams: readonly TeamView[], team_id: string): number {
  return teams.find((team) => team.id === team_id)?.wait_target_seconds ?? 60;
}

function searchable(chat: ConversationSummary): string {
  return [
    chat.customer.name,
    chat.customer_email,
    chat.subject,
    chat.assignee?.name ?? "",
    `#${chat.number}`,
  ]
    .join("\n")
    .toLocaleLowerCase();
}

function inOrder(one: ConversationSummary, other: ConversationSummary): number {
  return (
    Number(other.live === "waiting") - Number(one.live === "waiting") ||
    // What has a higher priority is served first, so it stands first while it waits.
    (one.live === "waiting" ? other.priority - one.priority : 0) ||
    since(one) - since(other) ||
    one.number - other.number
  );
}

/** Answered chats sort last: nobody is waiting there. */
function since(chat: ConversationSummary): number {
  const at = chat.live === "waiting" ? chat.waiting_since : chat.unanswered_since;
  return at === null ? Number.MAX_SAFE_INTEGER : Date.parse(at);
}
