import type { Key, Voice } from "../client/i18n";
import { opening } from "../client/opening";
import { clock } from "../client/time";
import {
  alert,
  check,
  clock as clockIcon,
  hand,
  retry,
  star,
  transfer,
  user,
} from "../client/ui/icons";
import type { Entry, QueuePlace } from "../client/wire.gen";
import { AWAY } from "./away";

/** The words of a conversation as its customer reads it; the panel and the status page share them. */
export const STORY = {
  ...AWAY,
  "story.joined": "{name} joined the conversation",
  "story.left": "{name} left. You are back in line, at your old place.",
  "story.left.nobody": "You are back in line, at your old place.",
  "story.transferred.team": "You are being passed on to {to}",
  "story.overflow": "You are now in line for {to}. The time you waited counts.",
  "story.transferred.staff": "{to} is taking over",
  "story.pending": "{name} is waiting for your answer",
  "story.solved.own": "You ended the conversation",
  "story.solved.staff": "{name} marked this as solved",
  "story.solved.silent": "Ended, since it was quiet for a while",
  "story.reopened": "The conversation goes on",
  "story.warned": "Are you still there? This will be ended at {time} unless you write.",
  "story.closed": "This request is closed",
  "story.rated": "You rated this {score} out of 5",
  "wait.unknown": "An agent joins you as soon as one is free",
  "wait.nobody": "Everybody has gone for now.",
  "wait.closed": "We have closed for now.",
  "wait.short": "Less than a minute",
  "wait.one.one": "About a minute",
  "wait.one.other": "About {n} minutes",
  "wait.range": "About {low} to {n} minutes",
} as const;

export interface Told {
  icon: string;
  text: string;
  tone?: "warn" | "good";
}

type Speaker = Pick<Voice<Key<typeof STORY>>, "say" | "locale">;
type Say = Speaker["say"];

/** What a quiet line says; null for kinds that are not for this reader's eyes or not known here. */
export function tell(entry: Entry, say: Say, locale: string): Told | null {
  const payload = entry.payload ?? {};
  const field = (name: string) => (typeof payload[name] === "string" ? payload[name] : "");
  const name = field("staff_name") || entry.author.name;
  switch (entry.kind) {
    case "joined":
      return { icon: user, text: say("story.joined", { name }) };
    case "left": {
      const text = name ? say("story.left", { name }) : say("story.left.nobody");
      return { icon: alert, text, tone: "warn" };
    }
    case "transferred": {
      const staff = field("to_staff");
      if (staff) return { icon: transfer, text: say("story.transferred.staff", { to: staff }) };
      const key = field("reason") === "overflow" ? "story.overflow" : "story.transferred.team";
      return { icon: transfer, text: say(key, { to: field("to_team") }) };
    }
    case "pending":
      return { icon: hand, text: say("story.pending", { name }), tone: "warn" };
    case "solved":
      return { icon: check, text: solved(entry, field("reason"), name, say), tone: "good" };
    case "reopened":
      return { icon: retry, text: say("story.reopened") };
    case "warned":
      return {
        icon: clockIcon,
        text: say("story.warned", { time: clock(field("solve_at") || entry.at, locale) }),
        tone: "warn",
      };
    case "closed":
      return { icon: check, text: say("story.closed") };
    case "rated":
      return { icon: star, text: say("story.rated", { score: Number(payload.score) || 0 }) };
    default:
      return null;
  }
}

function solved(entry: Entry, reason: string, name: string, say: Say): string {
  if (reason === "silent") return say("story.solved.silent");
  return entry.author.kind === "customer"
    ? say("story.solved.own")
    : say("story.solved.staff", { name });
}

/**
 * "About 2 to 5 minutes", from what was measured; "as soon as somebody is free" where nothing is known;
 * when the desk opens again, where everybody has gone.
 */
export function waitWords(place: QueuePlace, now_ms: number, voice: Speaker): string {
  const { say } = voice;
  const { wait_low_seconds: low, wait_high_seconds: high, opens_at } = place;
  if (!place.attended && opens_at)
    return `${say("wait.closed")} ${opening(opens_at, now_ms, voice)}`;
  if (!place.attended) return say("wait.nobody");
  if (low === null || high === null) return say("wait.unknown");
  if (high < 60) return say("wait.short");
  const [from, to] = [Math.max(1, Math.floor(low / 60)), Math.ceil(high / 60)];
  return from === to ? say("wait.one", { n: to }) : say("wait.range", { low: from, n: to });
}
