/** Opening hours: what a week says of this moment, and changes to a week. Times are the team's local ones. */

import { DAYS, type Day, type Hours, type Interval, type Team } from "./kinds";

export const DAY_NAMES: Readonly<Record<Day, string>> = {
  mon: "Monday",
  tue: "Tuesday",
  wed: "Wednesday",
  thu: "Thursday",
  fri: "Friday",
  sat: "Saturday",
  sun: "Sunday",
};

/** As the server looks: a year of holidays, and some. */
const AHEAD_DAYS = 400;
const MINUTES = 24 * 60;

/** Where a clock of a zone stands: the date, and minutes since its midnight. */
export interface Local {
  readonly date: string;
  readonly minutes: number;
}

export type Standing =
  | { readonly open: true }
  /** `date` and `clock` of the next opening; null where there is none within a year. */
  | {
      readonly open: false;
      readonly next: { readonly date: string; readonly clock: string } | null;
    };

type Week = Pick<Team, "hours" | "time_zone" | "holidays">;

/**
 * Whether a team is open, and else when it opens next, by the same rules as the server's.
 *
 * An interval may last into the next day; nothing begins on a holiday.
 *
 * @throws RangeError for a time zone that the browser does not know
 */
export function standing({ hours, time_zone, holidays }: Week, now_ms: number): Standing {
  if (hours === null) return { open: true };
  const { date: today, minutes: now } = localOf(now_ms, time_zone);
  for (let ahead = -1; ahead < AHEAD_DAYS; ahead++) {
    const date = plusDays(today, ahead);
    if (holidays.includes(date)) continue;
    for (const [opens, closes] of ordered(hours[dayOf(date)] ?? [])) {
      const [start, end] = span(opens, closes).map((minute) => minute + ahead * MINUTES) as [
        number,
        number,
      ];
      if (now >= end) continue;
      return start <= now ? { open: true } : { open: false, next: { date, clock: opens } };
    }
  }
  return { open: false, next: null };
}

/** "Open now", "Opens Mon 09:00", "Opens Thu, 24 Dec 09:00" beyond a week, "Never opens". */
export function say(week: Week, now_ms: number, locale?: string): string {
  const state = standing(week, now_ms);
  if (state.open) return "Open now";
  if (state.next === null) return "Never opens";
  const { date, clock } = state.next;
  const today = localOf(now_ms, week.time_zone).date;
  if (date === today) return `Opens today ${clock}`;
  const near = plusDays(today, 7) > date;
  const words = new Date(`${date}T12:00:00Z`).toLocaleDateString(locale, {
    weekday: "short",
    ...(near ? {} : { day: "numeric", month: "short" }),
    timeZone: "UTC",
  });
  return `Opens ${words} ${clock}`;
}

/** @throws RangeError for a time zone that the browser does not know */
export function localOf(now_ms: number, time_zone: string): Local {
  const parts = new Intl.DateTimeFormat("en-CA-u-hc-h23-ca-gregory", {
    timeZone: time_zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(now_ms);
  const get = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  const minutes = Number(get("hour")) * 60 + Number(get("minute"));
  return { date: `${get("year")}-${get("month")}-${get("day")}`, minutes };
}

export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name !== "";
  } catch {
    return false;
  }
}

/** The hours that a day gets next: after its last, or those of an office. */
export function nextInterval(intervals: readonly Interval[]): Interval {
  const last = intervals.at(-1)?.[1];
  if (last === undefined) return ["09:00", "17:00"];
  const start = Math.min(minutesOf(last) + 60, MINUTES - 60) % MINUTES;
  return [clockOf(start), clockOf(Math.min(start + 240, MINUTES - 1))];
}

/** A week in which some days have these hours; days without any are left out. */
export function withDays(
  hours: Hours,
  days: readonly Day[],
  intervals: readonly Interval[],
): Hours {
  const next = { ...hours, ...Object.fromEntries(days.map((day) => [day, intervals])) };
  return Object.fromEntries(DAYS.flatMap((day) => (next[day]?.length ? [[day, next[day]]] : [])));
}

/** "24:00" is what a field for a time calls "00:00"; as an end both are midnight. */
export function shown(clock: string): string {
  return clock === "24:00" ? "00:00" : clock;
}

/** What keeps a day's hours from being saved; empty when nothing does. */
export function faultOf(intervals: readonly Interval[]): string {
  if (intervals.some((ends) => ends.some((clock) => !/^\d\d:\d\d$/.test(clock)))) {
    return "Give both times.";
  }
  const spans = ordered(intervals).map(([opens, closes]) => span(opens, closes));
  const overlap = spans.some(([, end], index) => end > (spans[index + 1]?.[0] ?? Infinity));
  return overlap ? "These times overlap." : "";
}

function ordered(intervals: readonly Interval[]): readonly Interval[] {
  return [...intervals].sort(([one], [other]) => one.localeCompare(other));
}

/** In minutes since the day's midnight; an end that is not after its start is on the next day. */
function span(opens: string, closes: string): [number, number] {
  const [start, end] = [minutesOf(opens), minutesOf(closes)];
  return [start, start < end ? end : end + MINUTES];
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
}

/** "09:05" of minutes since midnight. */
export function clockOf(minutes: number): string {
  const pad = (number: number) => String(number).padStart(2, "0");
  return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

function dayOf(date: string): Day {
  const sundayFirst = new Date(`${date}T12:00:00Z`).getUTCDay();
  return DAYS[(sundayFirst + 6) % 7] as Day;
}

function plusDays(date: string, days: number): string {
  const at = new Date(`${date}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}
