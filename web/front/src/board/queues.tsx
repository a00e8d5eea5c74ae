import { upcoming } from "../client/time";
import { Badge } from "../client/ui/badge";
import { EmptyState } from "../client/ui/empty";
import { inbox } from "../client/ui/icons";
import type { Board, TeamRow } from "../client/wire.gen";
import { type Alert, alertKey } from "./alerts";
import { target, urgency } from "./chats";
import "./queues.css";
import { Mendings } from "./mendings";
import { PauseButton } from "./pause";
import { Section, type Table } from "./section";
import { Sparkline } from "./sparkline";
import type { State } from "./state";
import { ThresholdButton } from "./thresholds";
import { percent } from "./totals";
import { wait } from "./words";

interface QueuesProps {
  state: State;
  board: Board;
  /** The server's time, epoch milliseconds. */
  now_ms: number;
}

const COLUMNS = [
  "Queue",
  "Waiting",
  "Longest",
  "Average",
  "In time",
  "Active",
  "Agents",
  "Missed",
  "Abandoned",
  "Alert at",
  "Act",
];

/** A row a queue. */
export function Queues({ state, board, now_ms }: QueuesProps) {
  const rows = board.teams;
  return (
    <Section
      name="queues"
      title="Queues"
      count={rows.length}
      table={() => tableOf(rows)}
      tools={<Mendings board={board} now_ms={now_ms} />}
    >
      {rows.length === 0 ? (
        <EmptyState icon={inbox} title="No queues yet">
          An admin makes teams; each team has one queue.
        </EmptyState>
      ) : (
        <table class="queues numeric">
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <th key={column} scope="col">
                  {column === "Act" ? <span class="unseen">{column}</span> : column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Queue key={row.team_id} row={row} state={state} now_ms={now_ms} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Queue({ row, state, now_ms }: { row: TeamRow; state: State; now_ms: number }) {
  const tone = urgency(row.longest_wait, target(state.teams, row.team_id));
  const abandoned = percent(row.abandoned, row.arrived);
  return (
    <tr data-alert={row.alerts.length > 0 || undefined}>
      <th scope="row" class="queue-name">
        <span class="queue-title">
          <bdi>{row.name}</bdi>
          {row.alerts.length > 0 && (
            <Badge tone="bad">{isAcknowledged(state.alerts, row) ? "Alert, seen" : "Alert"}</Badge>
          )}
          <Standing row={row} now_ms={now_ms} />
        </span>
      </th>
      <td class="queue-waiting" data-label="Waiting">
        <div class="queue-depth">
          <b data-tone={row.waiting === 0 ? "none" : tone}>{row.waiting}</b>
          <Sparkline
            samples={state.history[row.team_id] ?? []}
            now_ms={now_ms}
            threshold={row.alert_depth}
          />
        </div>
      </td>
      <td class="queue-longest" data-label="Longest" data-tone={tone}>
        {wait(row.longest_wait)}
      </td>
      <td data-label="Average">{wait(row.average_wait)}</td>
      <td data-label="In time">
        <ServiceLevel row={row} target_seconds={target(state.teams, row.team_id)} />
      </td>
      <td data-label="Active">{row.active}</td>
      <td data-label="Agents">
        <Hands row={row} />
      </td>
      <td data-label="Missed">{row.missed}</td>
      <td data-label="Abandoned">{abandoned === null ? "–" : `${abandoned}%`}</td>
      <td class="queue-alert" data-label="Alert at">
        <ThresholdButton row={row} />
      </td>
      <td class="queue-acts">
        <PauseButton row={row} />
      </td>
    </tr>
  );
}

/** What keeps a queue from being handed out, or from growing. */
function Standing({ row, now_ms }: { row: TeamRow; now_ms: number }) {
  return (
    <>
      {row.paused && (
        <Badge tone="warn" title="Nobody is handed out by itself. Agents may still take.">
          Paused
        </Badge>
      )}
      {row.closed && (
        <Badge title="Outside its hours: who comes now leaves a message.">
          {row.opens_at ? `Closed until ${upcoming(row.opens_at, now_ms)}` : "Closed"}
        </Badge>
      )}
      {isFull(row) && (
        <Badge
          tone="warn"
          title={`At most ${row.queue_max} may wait: who comes now leaves a message.`}
        >
          Queue full
        </Badge>
      )}
    </>
  );
}

function isFull({ queue_max, waiting }: TeamRow): boolean {
  return queue_max !== null && waiting >= queue_max;
}

/** The share answered within the target, beside what the team promises of it. */
function ServiceLevel({ row, target_seconds }: { row: TeamRow; target_seconds: number }) {
  const { service_level: level, service_percent: promised } = row;
  if (level === null) return <>–</>;
  return (
    <span
      data-tone={level < promised ? "late" : undefined}
      title={`${level}% answered within ${wait(target_seconds)} in the last 30 minutes; the target is ${promised}%.`}
    >
      {level}%
    </span>
  );
}

/** How many of the team could take a chat, are full, are away. */
function Hands({ row }: { row: TeamRow }) {
  const words = `${row.available} available, ${row.full} full, ${row.away} away`;
  return (
    <span class="hands" role="img" aria-label={words} title={words}>
      <i data-standing="available">{row.available}</i>
      <i data-standing="full">{row.full}</i>
      <i data-standing="away">{row.away}</i>
    </span>
  );
}

function isAcknowledged(alerts: readonly Alert[], row: TeamRow): boolean {
  const acknowledged = new Set(alerts.filter((one) => one.acknowledged).map((one) => one.key));
  return row.alerts.every((kind) => acknowledged.has(alertKey(row.team_id, kind)));
}

function tableOf(rows: readonly TeamRow[]): Table {
  return {
    header: [
      "queue",
      "waiting",
      "longest_wait_seconds",
      "average_wait_seconds_30min",
      "answered_within_target_percent_30min",
      "active",
      "arrived_30min",
      "missed_30min",
      "abandoned_30min",
      "agents_available",
      "agents_full",
      "agents_away",
      "alert_depth",
      "alert_wait_seconds",
      "paused",
      "closed",
    ],
    rows: rows.map((row) => [
      row.name,
      row.waiting,
      row.longest_wait,
      row.average_wait,
      row.service_level,
      row.active,
      row.arrived,
      row.missed,
      row.abandoned,
      row.available,
      row.full,
      row.away,
      row.alert_depth,
      row.alert_wait_seconds,
      row.paused ? "yes" : "no",
      row.closed ? "yes" : "no",
    ]),
  };
}
