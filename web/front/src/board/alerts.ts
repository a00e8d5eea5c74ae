/** Thresholds that are passed: raised once, acknowledged by a person, gone when the queue is well. */

import type { Shelf } from "../client/shelf";
import type { Board, TeamRow } from "../client/wire.gen";

export type AlertKind = TeamRow["alerts"][number];

export interface Alert {
  readonly key: string;
  readonly team_id: string;
  readonly team: string;
  readonly kind: AlertKind;
  /** Server's epoch milliseconds. */
  readonly raised_ms: number;
  readonly acknowledged: boolean;
  /** When the queue came back under the threshold; null while it is over. */
  readonly cleared_ms: number | null;
}

/**
 * A queue that hovers about its threshold would ring every few seconds: what clears and returns
 * within this time is the same alert still, acknowledged or not.
 */
export const SETTLE_MS = 60_000;

export const alertKey = (team_id: string, kind: AlertKind): string => `${team_id}:${kind}`;

/** The alerts after one more snapshot. */
export function watch(alerts: readonly Alert[], board: Board): readonly Alert[] {
  const now_ms = Date.parse(board.at);
  const known = new Map(alerts.map((alert) => [alert.key, alert]));
  const over = board.teams.flatMap((team) =>
    team.alerts.map((kind) => {
      const alert = known.get(alertKey(team.team_id, kind));
      return alert === undefined ? raise(team, kind, now_ms) : { ...alert, cleared_ms: null };
    }),
  );
  const overKeys = new Set(over.map((alert) => alert.key));
  const cleared = alerts
    .filter((alert) => !overKeys.has(alert.key))
    .map((alert) => ({ ...alert, cleared_ms: alert.cleared_ms ?? now_ms }))
    .filter((alert) => now_ms - alert.cleared_ms < SETTLE_MS);
  return [...over, ...cleared];
}

function raise(team: TeamRow, kind: AlertKind, now_ms: number): Alert {
  return {
    key: alertKey(team.team_id, kind),
    team_id: team.team_id,
    team: team.name,
    kind,
    raised_ms: now_ms,
    acknowledged: false,
    cleared_ms: null,
  };
}

/** The alerts with these keys acknowledged. */
export function acknowledge(alerts: readonly Alert[], keys: readonly string[]): readonly Alert[] {
  return alerts.map((alert) =>
    keys.includes(alert.key) ? { ...alert, acknowledged: true } : alert,
  );
}

/** Those over their threshold now which nobody here has acknowledged: they show and ring. */
export function ringing(alerts: readonly Alert[]): readonly Alert[] {
  return alerts.filter((alert) => alert.cleared_ms === null && !alert.acknowledged);
}

const KEY = "frontdesk.board.alerts";

/** The alerts of this tab before a reload, so that what was acknowledged does not ring again. */
export function restore(tab: Shelf): readonly Alert[] {
  try {
    const value: unknown = JSON.parse(tab.get(KEY) ?? "[]");
    return Array.isArray(value) ? value.filter(isAlert) : [];
  } catch {
    // Another version's shape: it rings once more.
    return [];
  }
}

/** Keeps them for a reload of this tab. */
export function preserve(tab: Shelf, alerts: readonly Alert[]): void {
  tab.set(KEY, JSON.stringify(alerts));
}

function isAlert(value: unknown): value is Alert {
  const alert = value as Alert | null;
  return (
    typeof alert?.key === "string" &&
    typeof alert.acknowledged === "boolean" &&
    Number.isFinite(alert.raised_ms) &&
    (alert.cleared_ms === null || Number.isFinite(alert.cleared_ms))
  );
}
