export interface Backoff {
  first_ms: number;
  cap_ms: number;
}

export const BACKOFF: Backoff = { first_ms: 500, cap_ms: 15_000 };

/**
 * How long to wait before try number `attempt` (0 is the first), in milliseconds.
 *
 * Doubles from `first_ms` up to `cap_ms`; half of it is random, so that a desk's worth of clients
 * which lost the same server do not come back in the same instant. `random` is in [0, 1).
 */
export function delay(attempt: number, random: number, backoff: Backoff = BACKOFF): number {
  const whole = Math.min(backoff.cap_ms, backoff.first_ms * 2 ** Math.min(attempt, 20));
  return Math.round(whole / 2 + (whole / 2) * random);
}
