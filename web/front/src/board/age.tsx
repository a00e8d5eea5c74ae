import type { Connection } from "../client/connection";
import { clock } from "../client/time";
import type { Instant } from "../client/wire.gen";
import "./age.css";
import { type Freshness, freshness } from "./freshness";
import { duration } from "./words";

interface AgeProps {
  /** When the data on screen was true; null before there is any. */
  at: Instant | null;
  /** The server's time, epoch milliseconds. */
  now_ms: number;
  connection: Connection;
  onRetry: () => void;
}

/** How old the data is, always. */
export function Age({ at, now_ms, connection, onRetry }: AgeProps) {
  const fresh = freshness(at, now_ms, connection.state);
  const words = say(fresh, at);
  return (
    <div class="age" data-kind={fresh.kind}>
      <span class="age-dot" aria-hidden="true" />
      <span class="numeric">{words}</span>
      {RETRIED.has(fresh.kind) && connection.state !== "stopped" && (
        <button type="button" class="age-retry" onClick={onRetry}>
          Try now
        </button>
      )}
      {/* The seconds are for the eye; what is read out is only the change. */}
      <span class="unseen" role="status">
        {ANNOUNCED[fresh.kind]}
      </span>
    </div>
  );
}

const RETRIED: ReadonlySet<Freshness["kind"]> = new Set(["lost", "unreached"]);

const ANNOUNCED: Readonly<Record<Freshness["kind"], string>> = {
  none: "Loading the board",
  fresh: "The board is live",
  stale: "The board's data is late",
  lost: "Disconnected. The board shows old data.",
  unreached: "The board cannot be reached",
};

function say(fresh: Freshness, at: Instant | null): string {
  switch (fresh.kind) {
    case "none":
      return "Waiting for the first data";
    case "unreached":
      return "No connection: nothing to show yet";
    case "fresh":
      return `Live, as of ${fresh.age_seconds} s ago`;
    case "stale":
      return `Late: as of ${duration(fresh.age_seconds)} ago`;
    case "lost":
      return `Disconnected: data as of ${at === null ? "" : `${clock(at)}, `}${duration(fresh.age_seconds)} ago`;
  }
}
