import type { Voice } from "./i18n";
import type { Instant } from "./wire.gen";

/** The sentences of `opening`, for the tables of whoever says them. */
export const OPENING = {
  "opens.soon": "We open again {day} at {time}, your time.",
  "opens.on": "We open again on {day} at {time}, your time.",
} as const;

type Say = Pick<Voice<keyof typeof OPENING>, "say" | "locale">;

/** When a desk opens next, by the reader's own clock: "We open again tomorrow at 09:00, your time." */
export function opening(at: Instant, now_ms: number, { say, locale }: Say): string {
  const date = new Date(at);
  const midnight = (instant: Instant | number) => new Date(instant).setHours(0, 0, 0, 0);
  // Rounded, for a day on which clocks change is not 24 hours long.
  const days = Math.max(0, Math.round((midnight(at) - midnight(now_ms)) / 86_400_000));
  const near = days < 2;
  const day = near
    ? new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day")
    : date.toLocaleDateString(locale, {
        weekday: "long",
        ...(days > 6 && { day: "numeric", month: "long" }),
      });
  const time = date.toLocaleTimeString(locale, { timeStyle: "short" });
  return say(near ? "opens.soon" : "opens.on", { day, time });
}
