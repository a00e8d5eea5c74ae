import type { Instant } from "./wire.gen";

/** The local calendar day of an instant, as YYYY-MM-DD; a key, not for reading. */
export function dayOf(at: Instant): string {
  const date = new Date(at);
  const pad = (number: number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** "14:05", as the locale writes it. */
export function clock(at: Instant, locale?: string): string {
  return new Date(at).toLocaleTimeString(locale, { hour: "numeric", minute: "2-digit" });
}

/** "Today", "Yesterday", else "Monday, 3 March", with the year when it is another. */
export function dayName(at: Instant, now_ms: number, locale?: string): string {
  const date = new Date(at);
  const days = daysBetween(date, new Date(now_ms));
  if (days === 0 || days === 1) {
    const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
    return capital(words.format(-days, "day"));
  }
  const sameYear = date.getFullYear() === new Date(now_ms).getFullYear();
  return date.toLocaleDateString(locale, {
    weekday: sameYear ? "long" : undefined,
    day: "numeric",
    month: "long",
    year: sameYear ? undefined : "numeric",
  });
}

/** Day and time in full, for tooltips and tables: "3 March 2026, 14:05". */
export function fullTime(at: Instant, locale?: string): string {
  return new Date(at).toLocaleString(locale, { dateStyle: "long", timeStyle: "short" });
}

/** A time to come, as short as it can be said: "14:05" today, "Mon 14:05" within a week, else "3 Mar". */
export function upcoming(at: Instant, now_ms: number, locale?: string): string {
  const date = new Date(at);
  const days = daysBetween(new Date(now_ms), date);
  if (days === 0) return clock(at, locale);
  if (days < 7)
    return `${date.toLocaleDateString(locale, { weekday: "short" })} ${clock(at, locale)}`;
  return date.toLocaleDateString(locale, { day: "numeric", month: "short" });
}

/** How long ago in one unit, as lists show it: "now", "4 min", "2 h", "3 d". */
export function ago(at: Instant, now_ms: number): string {
  return since((now_ms - Date.parse(at)) / 1000);
}

/** How long ago, in a sentence: "just now", "4 min ago". */
export function agoWords(at: Instant, now_ms: number): string {
  const time = ago(at, now_ms);
  return time === "now" ? "just now" : `${time} ago`;
}

/** A duration in one unit: "now" below ten seconds, then "40 s", "4 min", "2 h", "3 d". */
export function since(seconds: number): string {
  if (seconds < 10) return "now";
  if (seconds < 60) return `${Math.floor(seconds / 10) * 10} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** A running clock: "0:07", "12:40", "1:02:09". */
export function stopwatch(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (number: number) => String(number).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** The server's clock as seen from here: add it to `Date.now()`. `at` is the `at` of a welcome. */
export function clockOffset(at: Instant, now_ms: number): number {
  return Date.parse(at) - now_ms;
}

function daysBetween(early: Date, late: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(late) - midnight(early)) / 86_400_000);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
