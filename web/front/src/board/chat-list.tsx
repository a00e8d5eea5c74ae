import { useState } from "preact/hooks";
import { Button } from "../client/ui/button";
import { EmptyState } from "../client/ui/empty";
import { chat as chatIcon, search as searchIcon } from "../client/ui/icons";
import { PRIORITY } from "../client/ui/marks";
import type { ConversationSummary } from "../client/wire.gen";
import "./chat-list.css";
import { nameOf } from "../client/names";
import { ChatRow } from "./chat-row";
import { counts, type Filter, NO_FILTER, type Stage, shown, target, waited } from "./chats";
import { Section, type Table } from "./section";
import type { State } from "./state";

interface ChatListProps {
  state: State;
  chats: readonly ConversationSummary[];
  /** The server's time, epoch milliseconds. */
  now_ms: number;
}

/** What fits a glance; the rest is a press away. */
const AT_FIRST = 40;

/** Every chat that waits or is with an agent. */
export function ChatList({ state, chats, now_ms }: ChatListProps) {
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const [all, setAll] = useState(false);
  const found = shown(chats, filter);
  const drawn = all ? found : found.slice(0, AT_FIRST);
  const opened = drawn.find((chat) => chat.conversation_id === state.opened?.conversation_id);
  const stop = opened ?? drawn[0];
  return (
    <Section
      name="chats"
      title="Chats"
      count={chats.length}
      table={() => tableOf(state, found, now_ms)}
      tools={<Filters state={state} chats={chats} filter={filter} onChange={setFilter} />}
    >
      {found.length === 0 ? (
        <Nothing any={chats.length > 0} onClear={() => setFilter(NO_FILTER)} />
      ) : (
        <ul class="chat-list" onKeyDown={step}>
          {drawn.map((chat) => (
            <ChatRow
              key={chat.conversation_id}
              chat={chat}
              team={teamName(state, chat)}
              target_seconds={target(state.teams, chat.team_id)}
              open={chat === opened}
              stop={chat === stop}
              now_ms={now_ms}
            />
          ))}
        </ul>
      )}
      {drawn.length < found.length && (
        <div class="chat-list-more">
          <Button kind="quiet" size="s" onClick={() => setAll(true)}>
            Show all {found.length}
          </Button>
        </div>
      )}
    </Section>
  );
}

const STAGES: readonly { stage: Stage; label: string }[] = [
  { stage: "all", label: "All" },
  { stage: "waiting", label: "Waiting" },
  { stage: "active", label: "Active" },
];

interface FiltersProps {
  state: State;
  chats: readonly ConversationSummary[];
  filter: Filter;
  onChange: (filter: Filter) => void;
}

function Filters({ state, chats, filter, onChange }: FiltersProps) {
  const numbers = counts(chats, filter.team_id);
  return (
    <div class="filters">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in this row */}
      <div class="stages" role="group" aria-label="Show">
        {STAGES.map(({ stage, label }) => (
          <button
            key={stage}
            type="button"
            class="stage"
            aria-pressed={filter.stage === stage}
            onClick={() => onChange({ ...filter, stage })}
          >
            {label} <span class="numeric">{numbers[stage]}</span>
          </button>
        ))}
      </div>
      <select
        class="input filter-team"
        aria-label="Team"
        value={filter.team_id}
        onChange={(event) => onChange({ ...filter, team_id: event.currentTarget.value })}
      >
        <option value="">All teams</option>
        {state.board?.teams.map((team) => (
          <option key={team.team_id} value={team.team_id}>
            {team.name}
          </option>
        ))}
      </select>
      <input
        class="input filter-text"
        type="search"
        dir="auto"
        aria-label="Find a chat"
        placeholder="Name, subject, #number"
        value={filter.text}
        onInput={(event) => onChange({ ...filter, text: event.currentTarget.value })}
      />
    </div>
  );
}

function Nothing({ any, onClear }: { any: boolean; onClear: () => void }) {
  if (!any) {
    return (
      <EmptyState icon={chatIcon} title="All quiet">
        Nobody waits, and no chat is under way. New ones show up here within two seconds.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={searchIcon}
      title="No chat fits this filter"
      action={
        <Button size="s" onClick={onClear}>
          Show all chats
        </Button>
      }
    />
  );
}

/** Tab reaches the list once; up, down, Home and End go from row to row. */
function step(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(".chat-row")];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  const next = to === undefined ? undefined : rows[to];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function teamName(state: State, chat: ConversationSummary): string {
  return state.teams.find((team) => team.id === chat.team_id)?.name ?? "";
}

function tableOf(state: State, chats: readonly ConversationSummary[], now_ms: number): Table {
  return {
    header: [
      "number",
      "customer",
      "email",
      "subject",
      "team",
      "state",
      "priority",
      "vip",
      "language",
      "skills",
      "agent",
      "waiting_seconds",
      "opened_at",
    ],
    rows: chats.map((chat) => [
      chat.number,
      nameOf(chat.customer),
      chat.customer_email,
      chat.subject,
      teamName(state, chat),
      chat.live,
      PRIORITY[chat.priority] ?? chat.priority,
      chat.vip ? "yes" : "no",
      chat.language,
      Object.keys(chat.skills).sort().join(" "),
      chat.assignee?.name ?? null,
      waited(chat, now_ms),
      chat.opened_at,
    ]),
  };
}
