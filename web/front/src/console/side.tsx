import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { useNow } from "../client/clock";
import { upcoming } from "../client/time";
import { Count } from "../client/ui/badge";
import { Button } from "../client/ui/button";
import { EmptyState, Skeleton } from "../client/ui/empty";
import { Icon } from "../client/ui/icon";
import { chat, clock, inbox, pause } from "../client/ui/icons";
import type { ConversationSummary, TeamView } from "../client/wire.gen";
import { AllTickets } from "./all";
import { type ListName, mine, unassigned, unread } from "./lists";
import "./side.css";
import { MineRow, WaitingRow } from "./row";
import type { State } from "./state";
import { useVisible } from "./visible";
import { useWorkplace } from "./workplace";

interface ListsProps {
  state: State;
  list: ListName;
  onList: (list: ListName) => void;
  selected: string | null;
}

/** The first pane: one's own chats, who waits, and all tickets. */
export function Lists({ state, list, onList, selected }: ListsProps) {
  const own = mine(state);
  const waiting = unassigned(state);
  const unseen = own.reduce((sum, row) => sum + unread(state, row), 0);
  return (
    <nav class="pane lists" aria-label="Conversations">
      <div class="tabs" role="tablist" aria-label="Lists">
        <Tab name="mine" list={list} onList={onList} label="Mine" n={own.length}>
          {unseen > 0 && <span class="tab-dot" title={`${unseen} unread`} />}
        </Tab>
        <Tab name="unassigned" list={list} onList={onList} label="Unassigned" n={waiting.length} />
        <Tab name="all" list={list} onList={onList} label="All" />
      </div>
      <div class="lists-panel" id="list-panel" role="tabpanel" aria-labelledby={`tab-${list}`}>
        {list === "all" ? (
          <AllTickets state={state} selected={selected} />
        ) : state.me === null ? (
          <Skeleton lines={8} label="Loading the lists" />
        ) : (
          <>
            <StandingStill state={state} />
            <Own {...{ state, list, onList, selected }} rows={list === "mine" ? own : waiting} />
          </>
        )}
      </div>
    </nav>
  );
}

interface TabProps {
  name: ListName;
  list: ListName;
  onList: (list: ListName) => void;
  label: string;
  n?: number;
  children?: ComponentChildren;
}

function Tab({ name, list, onList, label, n, children }: TabProps) {
  const on = name === list;
  const order: ListName[] = ["mine", "unassigned", "all"];
  const turn = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: 2 }[event.key];
    if (!step) return;
    const next = order[(order.indexOf(name) + step) % 3] ?? "mine";
    onList(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <button
      type="button"
      role="tab"
      id={`tab-${name}`}
      class="tab"
      aria-selected={on}
      aria-controls="list-panel"
      tabIndex={on ? 0 : -1}
      onClick={() => onList(name)}
      onKeyDown={turn}
    >
      {label}
      {n !== undefined && n > 0 && <Count n={n} tone="neutral" />}
      {children}
    </button>
  );
}

/** Why nobody comes, where an agent would wonder: one line for each of their teams that stands still. */
function StandingStill({ state }: { state: State }) {
  const { desk } = useWorkplace();
  const now = useNow(30_000) + desk.offset_ms;
  const still = standing(state);
  return (
    <div class="still" role="status">
      {still.map((team) => (
        <p key={team.id} data-paused={team.paused || undefined}>
          <Icon of={team.paused ? pause : clock} size={15} />
          <span>
            <b>
              <bdi>{team.name}</bdi>
            </b>
            {": "}
            {team.paused
              ? "queue paused. Nobody is sent to you; Take still works."
              : `closed${team.opens_at ? ` until ${upcoming(team.opens_at, now)}` : ""}. Who comes now leaves a message.`}
          </span>
        </p>
      ))}
    </div>
  );
}

/** One's own teams whose queues hand nothing out. */
function standing(state: State): TeamView[] {
  const own = state.me?.teams ?? [];
  return own
    .flatMap((id) => state.teams[id] ?? [])
    .filter((team) => team.paused || team.closed)
    .sort((a, b) => a.name.localeCompare(b.name));
}

function Own({
  state,
  list,
  onList,
  selected,
  rows,
}: ListsProps & { rows: ConversationSummary[] }) {
  const { desk, places, drafts } = useWorkplace();
  const now = useNow() + desk.offset_ms;
  const scroll = useRef<HTMLUListElement>(null);
  useVisible(scroll, rows, (ids) => desk.watch(ids));
  if (rows.length === 0)
    return list === "mine" ? <NoneMine {...{ state, onList }} /> : <NoneWaiting />;
  const Row = list === "mine" ? MineRow : WaitingRow;
  const entry = rows.some((row) => row.conversation_id === selected)
    ? selected
    : rows[0]?.conversation_id;
  return (
    <ul class="rows" ref={scroll}>
      {rows.map((row) => (
        <Row
          key={row.conversation_id}
          {...{ row, state, now }}
          selected={row.conversation_id === selected}
          entry={row.conversation_id === entry}
          draft={
            drafts.get(`${row.conversation_id}.reply`) !== "" && row.conversation_id !== selected
          }
          onOpen={() => places.open(row.conversation_id)}
        />
      ))}
    </ul>
  );
}

function NoneMine({ state, onList }: Pick<ListsProps, "state" | "onList">) {
  const waiting = unassigned(state).length;
  const available = state.me?.availability === "available";
  const still = standing(state);
  const paused =
    still.length > 0 && still.filter((team) => team.paused).length === state.me?.teams.length;
  return (
    <EmptyState
      icon={chat}
      title="No chats with you"
      action={
        waiting > 0 ? (
          <Button size="s" onClick={() => onList("unassigned")}>
            {`See who waits (${waiting})`}
          </Button>
        ) : undefined
      }
    >
      {available && paused
        ? "You are available, but your queue is paused: nobody is sent to you until it goes on."
        : available
          ? "You are available. The next customer who fits comes to you by themselves."
          : "Set yourself to Available and customers come to you."}
    </EmptyState>
  );
}

function NoneWaiting() {
  return (
    <EmptyState icon={inbox} title="Nobody is waiting">
      Everyone has somebody to talk to. Nicely done.
    </EmptyState>
  );
}
