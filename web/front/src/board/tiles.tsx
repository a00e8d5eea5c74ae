import type { ComponentChildren } from "preact";
import type { Board, TeamView } from "../client/wire.gen";
import { target, type Urgency, urgency } from "./chats";
import "./tiles.css";
import { totals } from "./totals";
import { wait } from "./words";

interface TileProps {
  label: string;
  value: ComponentChildren;
  note?: string;
  tone?: Urgency;
}

function Tile({ label, value, note, tone = "calm" }: TileProps) {
  return (
    <div class="tile" data-tone={tone}>
      <dt class="tile-label">{label}</dt>
      <dd class="tile-value numeric">{value}</dd>
      {note && <dd class="tile-note">{note}</dd>}
    </div>
  );
}

/** The desk in numbers. */
export function Tiles({ board, teams }: { board: Board; teams: readonly TeamView[] }) {
  const sums = totals(board);
  const percent = sums.abandoned_percent;
  return (
    <dl class="tiles">
      <Tile label="Waiting" value={sums.waiting} tone={worst(board, teams)} note="in line now" />
      <Tile
        label="Longest wait"
        value={wait(sums.longest_wait)}
        tone={worst(board, teams)}
        note={sums.longest_wait === null ? "nobody waits" : "still waiting"}
      />
      <Tile label="Average wait" value={wait(sums.average_wait)} note="answered, last 30 min" />
      <Tile label="Active chats" value={sums.active} note="with an agent" />
      <AgentsTile {...sums} />
      <Tile
        label="Missed"
        value={sums.missed}
        note="last 30 min"
        tone={sums.missed > 0 ? "warm" : "calm"}
      />
      <Tile
        label="Abandoned"
        value={percent === null ? "–" : `${percent}%`}
        note="of arrivals, last 30 min"
      />
    </dl>
  );
}

function AgentsTile(sums: { available: number; full: number; away: number }) {
  return (
    <div class="tile tile-wide">
      <dt class="tile-label">Agents</dt>
      <dd class="tile-parts numeric">
        <Part standing="available" n={sums.available} label="available" />
        <Part standing="full" n={sums.full} label="full" />
        <Part standing="away" n={sums.away} label="away" />
      </dd>
    </div>
  );
}

function Part({ standing, n, label }: { standing: string; n: number; label: string }) {
  return (
    <span class="tile-part" data-standing={standing} data-none={n === 0 || undefined}>
      <b>{n}</b>
      <small>{label}</small>
    </span>
  );
}

/** The desk's wait is as bad as that of its worst queue, each by its own target. */
function worst(board: Board, teams: readonly TeamView[]): Urgency {
  const found = board.teams.map((team) => urgency(team.longest_wait, target(teams, team.team_id)));
  if (found.includes("late")) return "late";
  return found.includes("warm") ? "warm" : "calm";
}
