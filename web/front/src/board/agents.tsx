import { EmptyState } from "../client/ui/empty";
import { users } from "../client/ui/icons";
import type { AgentRow, ConversationSummary } from "../client/wire.gen";
import { Agent } from "./agent";
import "./agents.css";
import { nameOf } from "../client/names";
import { Section, type Table } from "./section";
import type { State } from "./state";
import { standing } from "./totals";
import { STANDING } from "./words";

interface AgentsProps {
  state: State;
  rows: readonly AgentRow[];
  chats: readonly ConversationSummary[];
  /** The server's time, epoch milliseconds. */
  now_ms: number;
}

/** Who can help stands first, who is gone last; within that by name, so that rows stay in place. */
const ORDER = ["available", "full", "away", "absent", "offline"] as const;

/** A row an agent. */
export function Agents({ state, rows, chats, now_ms }: AgentsProps) {
  const byId = new Map(chats.map((chat) => [chat.conversation_id, chat]));
  return (
    <Section
      name="agents"
      title="Agents"
      count={rows.length}
      table={() => tableOf(state, rows, byId)}
    >
      {rows.length === 0 ? (
        <EmptyState icon={users} title="No agents yet">
          An admin adds staff with “frontdesk staff add”.
        </EmptyState>
      ) : (
        <ul class="agents">
          {[...rows].sort(inOrder).map((row) => (
            <Agent
              key={row.staff.id}
              row={row}
              chats={byId}
              opened={state.opened}
              now_ms={now_ms}
            />
          ))}
        </ul>
      )}
    </Section>
  );
}

function inOrder(one: AgentRow, other: AgentRow): number {
  const rank = (row: AgentRow) => ORDER.indexOf(standing(row.staff));
  return rank(one) - rank(other) || one.staff.name.localeCompare(other.staff.name);
}

function tableOf(
  state: State,
  rows: readonly AgentRow[],
  chats: ReadonlyMap<string, ConversationSummary>,
): Table {
  const teamName = (id: string) => state.teams.find((team) => team.id === id)?.name ?? id;
  const customer = (id: string) => {
    const chat = chats.get(id);
    return chat ? `#${chat.number} ${nameOf(chat.customer)}` : id;
  };
  return {
    header: [
      "agent",
      "teams",
      "state",
      "availability",
      "since",
      "connected",
      "load",
      "capacity",
      "last_reply_at",
      "chats",
    ],
    rows: rows.map(({ staff, chats: held, last_reply_at }) => [
      staff.name,
      staff.teams.map(teamName).join("; "),
      STANDING[standing(staff)],
      staff.availability,
      staff.since,
      staff.present ? "yes" : "no",
      staff.load / 100,
      staff.capacity / 100,
      last_reply_at,
      held.map(customer).join("; "),
    ]),
  };
}
