import type { Item } from "./letters";
import type { ThreadState } from "./thread";
import { dayOf } from "./time";
import type { Entry, Instant, Thread } from "./wire.gen";

/** What a thread's list draws, one after the other. */
export type Line =
  | { type: "day"; key: string; at: Instant }
  | EntryLine
  | { type: "pending"; key: string; item: Item; first: boolean; last: boolean };

export interface EntryLine {
  type: "entry";
  key: string;
  entry: Entry;
  thread: Thread;
  /** First and last of a run by the same author: where a name, and where a time, is drawn. */
  first: boolean;
  last: boolean;
}

/** A pause in a run after which name and time are drawn again. */
const RUN_SECONDS = 5 * 60;

const SPOKEN = new Set(["message", "greeting", "note", "whisper"]);

/** Words by somebody, as against a quiet line of what happened. */
export function isSpoken(entry: Entry): boolean {
  return SPOKEN.has(entry.kind);
}

/**
 * The threads' entries in one order, with days between them and one's own unstored letters after.
 *
 * A letter and the entry that it becomes share their key, so the bubble stays in place when it is
 * stored. `items` may be of any conversation; only those of these threads are drawn.
 */
export function lines(threads: readonly ThreadState[], items: readonly Item[]): Line[] {
  const stored = threads.flatMap((state) =>
    withoutReplaced(state.entries).map((entry) => ({ entry, thread: state.thread })),
  );
  if (threads.length > 1) stored.sort((a, b) => rank(a.entry) - rank(b.entry));
  const drawn = stored.map(
    ({ entry, thread }): EntryLine => ({
      type: "entry",
      key: entry.client_id ?? `${thread}.${entry.seq}`,
      entry,
      thread,
      first: true,
      last: true,
    }),
  );
  return [...withDays(drawn), ...pending(threads, items)];
}

/** A later rating takes the place of an earlier one: stars first, then words, is one rating. */
function withoutReplaced(entries: readonly Entry[]): readonly Entry[] {
  const last = entries.findLast(({ kind }) => kind === "rated");
  return last ? entries.filter((entry) => entry.kind !== "rated" || entry === last) : entries;
}

function rank(entry: Entry): number {
  return entry.position ?? Date.parse(entry.at);
}

function withDays(drawn: EntryLine[]): Line[] {
  const result: Line[] = [];
  let before: EntryLine | undefined;
  for (const line of drawn) {
    const newDay = !before || dayOf(before.entry.at) !== dayOf(line.entry.at);
    if (newDay) result.push({ type: "day", key: `day.${dayOf(line.entry.at)}`, at: line.entry.at });
    if (before && !newDay && isRun(before, line)) {
      line.first = false;
      before.last = false;
    }
    result.push(line);
    before = line;
  }
  return result;
}

function isRun(before: EntryLine, line: EntryLine): boolean {
  const apart = (Date.parse(line.entry.at) - Date.parse(before.entry.at)) / 1000;
  return (
    isSpoken(before.entry) &&
    before.entry.kind === line.entry.kind &&
    before.entry.author.kind === line.entry.author.kind &&
    before.entry.author.id === line.entry.author.id &&
    apart < RUN_SECONDS
  );
}

function pending(threads: readonly ThreadState[], items: readonly Item[]): Line[] {
  const shown = items.filter((item) => threads.some((state) => isPending(state, item)));
  return shown.map((item, index) => ({
    type: "pending",
    key: item.client_id,
    item,
    first: index === 0,
    last: index === shown.length - 1,
  }));
}

function isPending(state: ThreadState, item: Item): boolean {
  if (item.conversation_id !== state.conversation_id || item.thread !== state.thread) return false;
  if (item.seq !== null && item.seq <= (state.entries.at(-1)?.seq ?? 0)) return false;
  return !state.entries.some((entry) => entry.client_id === item.client_id);
}
