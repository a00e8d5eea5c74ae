/** How the board says things. */

import { stopwatch } from "../client/time";
import type { TeamRow } from "../client/wire.gen";
import type { AlertKind } from "./alerts";
import type { Standing } from "./totals";

export const STANDING: Readonly<Record<Standing, string>> = {
  available: "Available",
  full: "Full",
  away: "Away",
  absent: "Not connected",
  offline: "Offline",
};

/** A wait as a running clock; a dash where nothing applies. */
export function wait(seconds: number | null): string {
  return seconds === null ? "–" : stopwatch(seconds);
}

/** A duration in words, for alerts and settings: "45 s", "3 min", "2 min 30 s". */
export function duration(seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return [minutes > 0 && `${minutes} min`, (rest > 0 || minutes === 0) && `${rest} s`]
    .filter(Boolean)
    .join(" ");
}

/** What an alert says, with the queue's numbers of the moment. */
export function alertText(team: TeamRow, kind: AlertKind): string {
  if (kind === "depth") {
    return `${team.waiting} waiting, the limit is ${team.alert_depth}`;
  }
  const limit = duration(team.alert_wait_seconds ?? 0);
  return `somebody has waited ${wait(team.longest_wait)}, the limit is ${limit}`;
}
