/** How the board says things. */

import { Disconnected, Refused } from "../client/socket";
import { stopwatch } from "../client/time";
import type { TeamRow } from "../client/wire.gen";
import { MESSAGES } from "../client/wire.gen";
import type { AlertKind } from "./alerts";
import { Fault } from "./http";
import type { Standing } from "./totals";

export const STANDING: Readonly<Record<Standing, string>> = {
  available: "Available",
  full: "Full",
  away: "Away",
  absent: "Not connected",
  offline: "Offline",
};

export const PRIORITY = ["Low", "Normal", "High", "Urgent"] as const;

/** A wait as a running clock; a dash where nothing applies. */
export function wait(seconds: number | null): string {
  return seconds === null ? "–" : stopwatch(seconds);
}

/** Somebody's name, or what they are called without one. */
export function nameOf(person: { readonly name: string }): string {
  return person.name.trim() || "Visitor";
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

/** What went wrong with something that a person asked for, and what to do. */
export function reason(error: unknown): string {
  if (error instanceof Disconnected) {
    return "The connection was lost before an answer came. Look at the board, then try again.";
  }
  if (error instanceof Refused) return error.message || MESSAGES[error.code];
  if (error instanceof Fault) return error.message;
  throw error;
}
