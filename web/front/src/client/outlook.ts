/** How the desk's backups stand, as the server tells supervisors. */

import { get } from "./http";
import type { Instant } from "./wire.gen";

export interface Outlook {
  /** "due": the first one is still to come; "off": none are made by themselves. */
  readonly state: "good" | "due" | "late" | "off";
  /** What was committed by then is in a backup that was restored and compared. */
  readonly verified_at: Instant | null;
  /** What was committed by then was copied since; null where PostgreSQL sees to that. */
  readonly shipped_at: Instant | null;
  /** For people. */
  readonly text: string;
}

/** @throws Problem */
export function outlook(): Promise<Outlook> {
  return get<Outlook>("/api/backups/outlook");
}
