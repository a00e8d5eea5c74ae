import type { AnyEvent, Entry, Thread } from "./wire.gen";

/** One thread of one conversation, as far as this client has it. */
export interface ThreadState {
  readonly conversation_id: string;
  readonly thread: Thread;
  /** Ascending by seq, without a hole: what can be shown. */
  readonly entries: readonly Entry[];
  /** Ascending; came too early, for something before them is missing. Not shown yet. */
  readonly early: readonly Entry[];
  /** There are older entries than the first. */
  readonly more: boolean;
}

/** A question to the server that would close a hole, as `fetch_entries` takes it. */
export interface Missing {
  conversation_id: string;
  thread: Thread;
  before: number;
  limit: number;
}

export const PAGE = 50;
const LARGEST_PAGE = 200;

export function emptyThread(conversation_id: string, thread: Thread = "public"): ThreadState {
  return { conversation_id, thread, entries: [], early: [], more: false };
}

/** How far the thread reaches without a hole; what a hello's cursor says. */
export function head(state: ThreadState): number {
  return state.entries.at(-1)?.seq ?? 0;
}

/** The thread after an event; the same object when the event is of no concern to it. */
export function apply(state: ThreadState, event: AnyEvent): ThreadState {
  switch (event.type) {
    case "entry_appended":
      return isOf(state, event) ? merge(state, [event.entry]) : state;
    case "entries_fetched":
      return isOf(state, event) ? fetched(state, event.entries, event.more) : state;
    case "conversation_opened":
      if (event.summary.conversation_id !== state.conversation_id) return state;
      return state.thread === "public"
        ? opened(state, event.public, event.public_more)
        : opened(state, event.staff, event.staff_more);
    default:
      return state;
  }
}

/**
 * What must be asked for before the early entries can be shown; null when nothing is missing.
 * Ask again after each answer: a hole larger than a page is closed from its end.
 */
export function missing(state: ThreadState): Missing | null {
  const first = state.early[0];
  if (!first) return null;
  const { conversation_id, thread } = state;
  const hole = first.seq - head(state) - 1;
  return { conversation_id, thread, before: first.seq, limit: Math.min(hole, LARGEST_PAGE) };
}

/** The page of history before what is shown; null when the beginning is there. */
export function older(state: ThreadState, limit: number = PAGE): Missing | null {
  const first = state.entries[0];
  if (!first || !state.more) return null;
  const { conversation_id, thread } = state;
  return { conversation_id, thread, before: first.seq, limit };
}

function isOf(state: ThreadState, event: { conversation_id: string; thread: Thread }): boolean {
  return event.conversation_id === state.conversation_id && event.thread === state.thread;
}

function fetched(state: ThreadState, entries: readonly Entry[], more: boolean): ThreadState {
  const last = entries.at(-1);
  if (!last) return state;
  const first = state.entries[0];
  const asksForOlder = first === undefined || last.seq < first.seq;
  const merged = merge(state, entries);
  return asksForOlder ? { ...merged, more } : merged;
}

/**
 * A snapshot: the newest entries, or what a cursor missed. A snapshot that starts beyond a hole
 * takes the thread's place, so that a long absence is not paged through from its beginning.
 */
function opened(state: ThreadState, entries: readonly Entry[], more: boolean): ThreadState {
  const first = entries[0];
  if (!first) return state.entries.length === 0 ? { ...state, more } : state;
  if (first.seq > head(state) + 1 || state.entries.length === 0) {
    return merge({ ...state, entries: [], more }, entries);
  }
  return merge(state, entries);
}

/** Puts entries in their places, drops those already there, and joins what has become whole. */
function merge(state: ThreadState, incoming: readonly Entry[]): ThreadState {
  const all = new Map<number, Entry>();
  for (const entry of [...state.entries, ...state.early]) all.set(entry.seq, entry);
  const before = all.size;
  for (const entry of incoming) if (!all.has(entry.seq)) all.set(entry.seq, entry);
  if (all.size === before) return state;
  return split(
    state,
    [...all.values()].sort((a, b) => a.seq - b.seq),
  );
}

/**
 * Everything from the anchor on that has no hole is shown, the rest waits. The anchor is the
 * thread's known end, so that history prepended out of step never hides what was on screen.
 */
function split(state: ThreadState, sorted: Entry[]): ThreadState {
  const anchor = Math.max(
    0,
    sorted.findIndex((entry) => entry.seq === head(state)),
  );
  let start = anchor;
  while (start > 0 && sorted[start - 1]?.seq === (sorted[start]?.seq ?? 0) - 1) start--;
  let end = anchor + 1;
  while (end < sorted.length && sorted[end]?.seq === (sorted[end - 1]?.seq ?? 0) + 1) end++;
  const entries = sorted.slice(start, end);
  const more = (entries[0]?.seq ?? 1) > 1 && (state.entries.length === 0 ? true : state.more);
  return { ...state, entries, early: sorted.slice(end), more };
}
