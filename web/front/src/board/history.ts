/** How many waited in each queue over the last 15 minutes, kept from the snapshots seen here. */

import type { Shelf } from "../client/shelf";
import type { Board } from "../client/wire.gen";

export const HISTORY_MS = 15 * 60_000;
export const BUCKET_MS = 5_000;

export interface Sample {
  /** Start of the five seconds it stands for, in the server's epoch milliseconds. */
  readonly at_ms: number;
  /** The most that waited at once in them. */
  readonly waiting: number;
}

export type History = Readonly<Record<string, readonly Sample[]>>;

/** The history with one snapshot more; what is older than 15 minutes falls out. */
export function record(history: History, board: Board): History {
  const at_ms = Math.floor(Date.parse(board.at) / BUCKET_MS) * BUCKET_MS;
  const next: Record<string, readonly Sample[]> = {};
  for (const team of board.teams) {
    next[team.team_id] = append(history[team.team_id] ?? [], { at_ms, waiting: team.waiting });
  }
  return next;
}

function append(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last !== undefined && last.at_ms > sample.at_ms) return samples;
  if (last?.at_ms === sample.at_ms) {
    if (last.waiting >= sample.waiting) return samples;
    return [...samples.slice(0, -1), sample];
  }
  return [...samples.filter((one) => one.at_ms > sample.at_ms - HISTORY_MS), sample];
}

/** Runs without a hole: while nothing was received there is nothing to draw. */
export function runs(samples: readonly Sample[]): readonly (readonly Sample[])[] {
  const found: Sample[][] = [];
  for (const sample of samples) {
    const run = found.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && sample.at_ms - last.at_ms <= 2 * BUCKET_MS) {
      run.push(sample);
    } else {
      found.push([sample]);
    }
  }
  return found;
}

const KEY = "frontdesk.board.history";

/** What this tab had drawn before a reload; nothing when there is none or it cannot be read. */
export function restore(tab: Shelf): History {
  try {
    const value: unknown = JSON.parse(tab.get(KEY) ?? "{}");
    return isHistory(value) ? value : {};
  } catch {
    // Another version's shape is no reason to fail: it costs only the line's past.
    return {};
  }
}

/** Keeps it for a reload of this tab. */
export function preserve(tab: Shelf, history: History): void {
  tab.set(KEY, JSON.stringify(history));
}

function isHistory(value: unknown): value is History {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(
    (samples) =>
      Array.isArray(samples) &&
      samples.every((one) => Number.isFinite(one?.at_ms) && Number.isFinite(one?.waiting)),
  );
}
