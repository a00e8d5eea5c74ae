/** Why a chat came to the agent who has it, in a sentence, from what routing wrote down. */

import type { JsonObject } from "../client/wire.gen";

const RULES: Readonly<Record<string, string>> = {
  least_loaded: "had the fewest chats",
  longest_idle: "had been idle the longest",
  last_agent: "was the customer's last agent",
  named: "was chosen by name",
  accepted: "accepted the offer",
};

const ENDS: Readonly<Record<string, string>> = {
  transferred: "transferred",
  requeued: "given back to the queue",
  lost: "agent lost, back in line",
  agent_lost: "agent lost, back in line",
  taken: "taken over",
  taken_over: "taken over",
  solved: "solved",
  ended: "ended",
  pending: "waiting for the customer",
  signed_out: "agent signed out",
};

/** What an assignment ended with, in words; an unknown reason is shown as it is. */
export function ending(reason: string | null): string {
  if (reason === null) return "ended";
  return ENDS[reason] ?? reason.replaceAll("_", " ");
}

/**
 * @param why `rule`, `load` (hundredths before), `candidates`, `next` (a staff id) and `next_name`; any may be missing
 * @param nameOf the name of a staff id, or null when nobody knows it
 */
export function explain(
  name: string,
  why: JsonObject | null,
  nameOf: (staff_id: string) => string | null,
): string {
  if (typeof why?.text === "string" && why.text !== "") return why.text;
  const rule = typeof why?.rule === "string" ? why.rule : "";
  const said = RULES[rule] ?? rule.replaceAll("_", " ");
  if (said === "") return `Nothing is known of why ${name} was chosen.`;
  return [`${name} ${said}${among(why)}.`, before(why), next(why, nameOf)]
    .filter(Boolean)
    .join(" ");
}

function among(why: JsonObject | null): string {
  const candidates = why?.candidates;
  if (typeof candidates !== "number" || candidates < 2) return "";
  return ` of ${candidates} who could have taken it`;
}

function before(why: JsonObject | null): string {
  if (typeof why?.load !== "number") return "";
  const chats = why.load / 100;
  return `Load before: ${chats === 1 ? "1 chat" : `${chats} chats`}.`;
}

function next(why: JsonObject | null, nameOf: (staff_id: string) => string | null): string {
  const named = typeof why?.next_name === "string" ? why.next_name : "";
  const name = named || (typeof why?.next === "string" && why.next !== "" && nameOf(why.next));
  return !name ? "" : `Next would have been ${name}.`;
}
