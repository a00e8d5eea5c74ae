import type { ComponentChildren } from "preact";
import { nameOf } from "../client/names";
import { ago, since, stopwatch } from "../client/time";
import { Avatar } from "../client/ui/avatar";
import { Badge, type Tone as BadgeTone, Count } from "../client/ui/badge";
import { Button } from "../client/ui/button";
import { Icon } from "../client/ui/icon";
import { mail, star } from "../client/ui/icons";
import { Asked, Signs } from "../client/ui/marks";
import type { ConversationSummary, TicketStatus } from "../client/wire.gen";
import { tone, unread, waitingSince } from "./lists";
import "./row.css";
import type { State } from "./state";
import { useAct } from "./workplace";

export const STATUS: Record<TicketStatus, { word: string; tone: BadgeTone }> = {
  queued: { word: "Waiting", tone: "warn" },
  open: { word: "Open", tone: "accent" },
  pending: { word: "Pending", tone: "note" },
  solved: { word: "Solved", tone: "good" },
  closed: { word: "Closed", tone: "neutral" },
};

interface RowProps {
  row: ConversationSummary;
  state: State;
  /** The server's time, ms. */
  now: number;
  selected: boolean;
  /** Where Tab enters the list. */
  entry: boolean;
  onOpen: () => void;
  draft?: boolean;
}

/** One of one's own chats. */
export function MineRow(props: RowProps) {
  const { row, state } = props;
  const followed = state.followed[row.conversation_id];
  const types = followed?.typing.some((sign) => sign.byCustomer);
  const n = unread(state, row);
  return (
    <Shell {...props} unread={n > 0} corner={<Wait row={row} state={state} now={props.now} />}>
      <span class="row-text" dir="auto" data-live={types || undefined}>
        {types ? "is typing…" : props.draft ? <Draft row={row} /> : row.preview || row.subject}
      </span>
      <Count n={n} tone="accent" label={`${n} unread`} />
    </Shell>
  );
}

function Draft({ row }: { row: ConversationSummary }) {
  return (
    <>
      <span class="row-draft">Draft</span> {row.preview || row.subject}
    </>
  );
}

/** Somebody who waits for anybody. */
export function WaitingRow(props: RowProps) {
  const { row, state, now } = props;
  const { busy, act } = useAct();
  const take = () =>
    act({ type: "take_conversation", conversation_id: row.conversation_id }, props.onOpen);
  const team = state.teams[row.team_id];
  return (
    <Shell
      {...props}
      unread
      corner={<Wait row={row} state={state} now={now} />}
      foot={
        <>
          <span class="row-aside">
            {row.live === "message" && <Icon of={mail} size={13} label="Left as a message" />}
            <Asked row={row} />
            <bdi>{team?.name ?? ""}</bdi>
          </span>
          <Button size="s" busy={busy} onClick={take} aria-label={`Take ${nameOf(row.customer)}`}>
            Take
          </Button>
        </>
      }
    >
      <span class="row-text" dir="auto">
        {row.preview || row.subject}
      </span>
    </Shell>
  );
}

/** A ticket of any state. */
export function TicketRow(props: RowProps) {
  const { row, now } = props;
  const status = STATUS[row.status];
  return (
    <Shell
      {...props}
      unread={false}
      corner={<span class="row-when numeric">{ago(row.updated_at, now)}</span>}
      foot={
        <span class="row-aside">
          <Badge tone={status.tone}>{status.word}</Badge>
          <span class="numeric">#{row.number}</span>
          {row.assignee && <bdi class="row-who">{row.assignee.name}</bdi>}
          {row.rating !== null && (
            <span class="row-rating numeric">
              <Icon of={star} size={12} filled label="Rated" />
              {row.rating}
            </span>
          )}
        </span>
      }
    >
      <span class="row-text" dir="auto">
        {row.subject || row.preview}
      </span>
    </Shell>
  );
}

interface ShellProps extends RowProps {
  unread: boolean;
  corner: ComponentChildren;
  foot?: ComponentChildren;
  children: ComponentChildren;
}

function Shell({
  row,
  selected,
  entry,
  onOpen,
  unread,
  corner,
  foot,
  children,
  state,
}: ShellProps) {
  const present = state.followed[row.conversation_id]?.customerPresent;
  return (
    <li
      class="row"
      data-id={row.conversation_id}
      data-selected={selected || undefined}
      data-unread={unread || undefined}
    >
      <button
        type="button"
        class="row-main"
        aria-current={selected ? "true" : undefined}
        tabIndex={entry ? 0 : -1}
        onClick={onOpen}
      >
        <Avatar
          name={row.customer.name}
          id={row.customer.id}
          presence={
            present === null || present === undefined
              ? undefined
              : present
                ? "available"
                : "offline"
          }
        />
        <span class="row-body">
          <span class="row-line">
            <span class="row-whose">
              <bdi class="row-name">{nameOf(row.customer)}</bdi>
              <Signs row={row} />
            </span>
            {corner}
          </span>
          <span class="row-line">{children}</span>
        </span>
      </button>
      {foot && <div class="row-foot">{foot}</div>}
    </li>
  );
}

const AN_HOUR = 3_600;

/** How long the customer waits, coloured by the team's target; nothing while nobody waits. */
export function Wait({ row, state, now }: { row: ConversationSummary; state: State; now: number }) {
  const from = waitingSince(row);
  if (!from) return <span class="row-when">answered</span>;
  const seconds = Math.max(0, (now - Date.parse(from)) / 1000);
  const target = state.teams[row.team_id]?.wait_target_seconds ?? 60;
  const what = row.live === "assigned" ? "Waits for an answer" : "Waits for an agent";
  const title = `${what}. The target is ${since(target)}.`;
  return (
    <span class="wait numeric" data-tone={tone(seconds, target)} title={title}>
      <span class="unseen">{what}, </span>
      {seconds < AN_HOUR ? stopwatch(seconds) : since(seconds)}
    </span>
  );
}
