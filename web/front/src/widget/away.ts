import type { Key, Voice } from "../client/i18n";
import { OPENING, opening } from "../client/opening";
import type { ThreadState } from "../client/thread";
import type { Entry, Instant } from "../client/wire.gen";

/** What a customer reads whom nobody could take just now; the panel and the status page share it. */
export const AWAY = {
  ...OPENING,
  "away.closed": "We are closed.",
  "away.full": "So many were waiting that we could not take one more chat.",
  "away.kept": "Your message is kept, and we answer it as soon as we can.",
} as const;

type Speaker = Pick<Voice<Key<typeof AWAY>>, "say" | "locale">;

export interface TurnedAway {
  reason: "closed" | "full";
  /** When the desk opens, if that is to come. */
  opens_at: Instant | null;
}

const SINCE = new Set(["greeting", "reopened", "joined", "left", "transferred"]);

/** Why the newest question was kept as a message; null when it was not, or was taken up since. */
export function turnedAway(thread: ThreadState | null, now_ms: number): TurnedAway | null {
  const last = thread?.entries.findLast(({ kind }) => SINCE.has(kind));
  const told = last && reasonOf(last);
  if (!told) return null;
  const past = told.opens_at === null || Date.parse(told.opens_at) <= now_ms;
  if (past && told.reason === "closed" && told.opens_at) return null;
  return { ...told, opens_at: past ? null : told.opens_at };
}

/** The instant reply in the reader's own words and time, as of when it was said. */
export function replyWords(entry: Entry, voice: Speaker): string {
  const told = entry.kind === "greeting" ? reasonOf(entry) : null;
  if (!told) return entry.body ?? "";
  const opens = told.opens_at ? opening(told.opens_at, Date.parse(entry.at), voice) : "";
  return [voice.say(`away.${told.reason}`), opens, voice.say("away.kept")]
    .filter(Boolean)
    .join(" ");
}

function reasonOf({ payload = {} }: Entry): TurnedAway | null {
  const { reason, opens_at } = payload;
  if (reason !== "closed" && reason !== "full") return null;
  return { reason, opens_at: typeof opens_at === "string" ? opens_at : null };
}
