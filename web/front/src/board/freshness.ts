/** How old the data on screen is, measured so that a late frame cannot pass for a fresh one. */

import type { ConnectionState } from "../client/connection";
import type { Instant } from "../client/wire.gen";

export const STALE_SECONDS = 2;

const AWAY: ReadonlySet<ConnectionState> = new Set(["reconnecting", "offline"]);

/**
 * The server's clock as seen from here. `offset_ms` is the largest (server time − local arrival)
 * met on this connection: the frame that travelled fastest comes nearest to the truth, and every
 * slower one shows its delay as age.
 */
export interface Clock {
  readonly offset_ms: number;
}

/** Takes one more timestamp into account. `arrived_ms` is local, epoch milliseconds. */
export function observe(clock: Clock | null, at: Instant, arrived_ms: number): Clock {
  const offset_ms = Date.parse(at) - arrived_ms;
  return clock !== null && clock.offset_ms >= offset_ms ? clock : { offset_ms };
}

/** The server's time for a local one, epoch milliseconds. */
export function serverTime(clock: Clock | null, local_ms: number): number {
  return local_ms + (clock?.offset_ms ?? 0);
}

/** Whole seconds from `at` until the server's `now_ms`; never negative. */
export function secondsSince(at: Instant, now_ms: number): number {
  return Math.max(0, Math.floor((now_ms - Date.parse(at)) / 1000));
}

/**
 * The time by which waits are drawn. Nobody knows who of late data still waits, so clocks run on
 * only as long as the data is fresh, and then stand.
 */
export function shownTime(at: Instant | null, now_ms: number): number {
  return at === null ? now_ms : Math.min(now_ms, Date.parse(at) + STALE_SECONDS * 1000);
}

export type Freshness =
  | { readonly kind: "none" | "unreached" }
  | { readonly kind: "fresh" | "stale" | "lost"; readonly age_seconds: number };

/**
 * What to say about data taken `at`: fresh up to 2 s, stale beyond, lost when nothing can come; unreached
 * when nothing has come and nothing can.
 */
export function freshness(at: Instant | null, now_ms: number, link: ConnectionState): Freshness {
  if (at === null) return { kind: AWAY.has(link) ? "unreached" : "none" };
  const age_seconds = secondsSince(at, now_ms);
  if (link !== "online") return { kind: "lost", age_seconds };
  return { kind: age_seconds > STALE_SECONDS ? "stale" : "fresh", age_seconds };
}
