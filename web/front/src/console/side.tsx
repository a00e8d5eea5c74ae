import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { useNow } from "../client/clock";
import { Count } from "../client/ui/badge";
import { Button } from "../client/ui/button";
import { EmptyState, Skeleton } from "../client/ui/empty";
import { chat, inbox } from "../client/ui/icons";
import type { ConversationSummary } from "../client/wire.gen";
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
          <Own {...{ state, list, onList, selected }} rows={list === "mine" ? own : waiting} />
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
      {available
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
