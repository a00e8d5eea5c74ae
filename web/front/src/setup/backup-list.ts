/** Backups as the server lists them, and how each is said. */

import type { Outlook } from "../client/outlook";
import type { Tone } from "../client/ui/badge";
import type { Instant } from "../client/wire.gen";

export interface Backup {
  readonly name: string;
  /** Host and folder. */
  readonly place: string;
  readonly began_at: Instant;
  readonly made_at: Instant | null;
  readonly size: number;
  readonly sealed: boolean;
  /** Why it could not be made. */
  readonly error: string;
  readonly verified_at: Instant | null;
  readonly looked_at: Instant | null;
  /** What the last look found wrong. */
  readonly finding: string;
}

export interface Backups {
  readonly outlook: Outlook;
  /** 0: none are made by themselves. */
  readonly hours: number;
  /** 0: nothing is copied in between. */
  readonly ship_seconds: number;
  readonly kind: "sqlite" | "postgresql";
  readonly backups: readonly Backup[];
}

/** What became of one, in a word and in full. */
export function fate(backup: Backup): { word: string; tone: Tone; text: string } {
  if (backup.made_at === null) return { word: "Not made", tone: "bad", text: backup.error };
  if (backup.finding !== "") return { word: "Not sound", tone: "bad", text: backup.finding };
  if (backup.verified_at === null) return { word: "Not verified yet", tone: "neutral", text: "" };
  return { word: "Verified", tone: "good", text: "" };
}

export const STATES: Readonly<Record<Outlook["state"], { word: string; tone: Tone }>> = {
  good: { word: "All is well", tone: "good" },
  due: { word: "First one to come", tone: "neutral" },
  late: { word: "Needs attention", tone: "warn" },
  off: { word: "Off", tone: "neutral" },
};

/** How often, as it was set. */
export function every(hours: number): string {
  return hours === 1 ? "every hour" : `every ${hours} hours`;
}

/** What would be gone if the data's disk were lost now. */
export function window({ kind, ship_seconds, hours }: Backups): string {
  if (ship_seconds > 0) return `What was said in the last ${ship_seconds} seconds.`;
  if (hours === 0) return "All that came after the last backup.";
  const words = `What came after the last backup, up to ${hours} hours`;
  return kind === "postgresql" ? `${words}, unless PostgreSQL archives its log.` : `${words}.`;
}

/** Bytes as people read them. */
export function bytes(count: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let [size, unit] = [count, 0];
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}
