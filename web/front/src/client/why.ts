/** Why a chat came to the agent who has it, in a sentence, from what routing wrote down. */

import type { Instant, JsonObject } from "../client/wire.gen";
import type { Refusal } from "./details";
import { foreign } from "./language";

const RULES: Readonly<Record<string, string>> = {
  least_loaded: "had the fewest chats",
  longest_idle: "had been idle the longest",
  round_robin: "was next in turn",
  most_skilled: "was the most skilled",
  last_agent: "was the customer's last agent",
  named: "was chosen by name",
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

/** What became of offers, in words, each with its last time; the same from the same person is one. */
export function refused(refusals: readonly Refusal[]): readonly { text: string; at: Instant }[] {
  const told = new Map<string, { times: number; at: Instant }>();
  for (const one of refusals) {
    const text = inWords(one);
    told.set(text, { times: (told.get(text)?.times ?? 0) + 1, at: one.at });
  }
  return [...told].map(([text, { times, at }]) => ({
    text: times > 1 ? `${text} (${times} times)` : text,
    at,
  }));
}

function inWords({ staff, outcome, reason }: Refusal): string {
  if (outcome === "expired") return `${staff.name} did not answer the offer`;
  return `${staff.name} declined${reason && `: ${reason}`}`;
}

/**
 * @param why `rule`, `load` (hundredths before), `candidates`, `next` (a staff id) and `next_name`; `fit` with what
 *   was asked for, `language` and `skills`; `from_team`, whose queue was too slow. Any may be missing
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
  return [`${name} ${said}${among(why)}.`, met(why), overflow(why), before(why), next(why, nameOf)]
    .filter(Boolean)
    .join(" ");
}

function among(why: JsonObject | null): string {
  const candidates = why?.candidates;
  if (typeof candidates !== "number" || candidates < 2) return "";
  return ` of ${candidates} who could have taken it`;
}

/** How far what was asked for was met. Less than all of it: it had waited long enough, or nobody has it. */
function met(why: JsonObject | null): string {
  const [language, knows] = [foreign(text(why?.language)), text(why?.skills)];
  const speaks = language && `speaks ${language}`;
  switch (why?.fit) {
    case "all":
      return inFull([speaks, knows && `knows ${knows}`]);
    case "language":
      return `${speaks ? `${capital(speaks)}; nobody` : "Nobody"} free knew ${knows}, and it had waited long enough.`;
    case "skills":
      return language
        ? `Knows ${knows}; nobody free spoke ${language} too.`
        : inFull([`knows ${knows}`]);
    case "any": {
      const wanted = [language, knows].filter(Boolean).join(" and ");
      return wanted && `Asked for ${wanted}: nobody free had it.`;
    }
    default:
      return "";
  }
}

function inFull(parts: readonly string[]): string {
  const said = parts.filter(Boolean).join(", ");
  return said && `Asked for and met: ${said}.`;
}

function overflow(why: JsonObject | null): string {
  const team = text(why?.from_team);
  return team && `Passed on from ${team}, where the wait was too long.`;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
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
