import { useState } from "preact/hooks";
import { agoWords, since } from "../client/time";
import { Avatar } from "../client/ui/avatar";
import { Icon } from "../client/ui/icon";
import { chevronDown } from "../client/ui/icons";
import type { AgentRow, Availability, ConversationSummary, StaffView } from "../client/wire.gen";
import "./agent.css";
import { nameOf } from "../client/names";
import { attempt, useTools } from "./context";
import { secondsSince } from "./freshness";
import type { Opened } from "./opened";
import { Slots } from "./slots";
import { standing } from "./totals";
import { STANDING } from "./words";

interface AgentProps {
  row: AgentRow;
  chats: ReadonlyMap<string, ConversationSummary>;
  opened: Opened | null;
  /** The server's time, epoch milliseconds. */
  now_ms: number;
}

/** One agent: how they stand, since when, what they carry. */
export function Agent({ row, chats, opened, now_ms }: AgentProps) {
  const { staff, last_reply_at } = row;
  return (
    <li class="agent" data-standing={standing(staff)}>
      <Avatar name={staff.name} id={staff.id} presence={dot(staff)} />
      <div class="agent-who">
        <strong class="agent-name">
          <bdi>{staff.name}</bdi>
        </strong>
        <span class="agent-since">{state(staff, now_ms)}</span>
      </div>
      <AvailabilitySelect staff={staff} />
      <div class="agent-load">
        <Slots load={staff.load} capacity={staff.capacity} />
        <span class="agent-reply">
          {last_reply_at !== null && <>last reply {agoWords(last_reply_at, now_ms)}</>}
        </span>
      </div>
      {row.chats.length > 0 && <Chats ids={row.chats} chats={chats} opened={opened} />}
    </li>
  );
}

function Chats({
  ids,
  chats,
  opened,
}: { ids: readonly string[] } & Pick<AgentProps, "chats" | "opened">) {
  const { lookout } = useTools();
  return (
    <ul class="agent-chats">
      {ids.map((id) => {
        const chat = chats.get(id);
        return (
          <li key={id}>
            <button
              type="button"
              class="agent-chat"
              aria-pressed={opened?.conversation_id === id}
              title={chat ? `#${chat.number} ${chat.subject}` : undefined}
              onClick={() => lookout.open(id)}
            >
              <bdi>{chat ? nameOf(chat.customer) : "Chat"}</bdi>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

const CHOICES: readonly { value: Availability; label: string }[] = [
  { value: "available", label: "Available" },
  { value: "away", label: "Away" },
  { value: "offline", label: "Offline" },
];

/** What the agent declared; a supervisor may change it. */
function AvailabilitySelect({ staff }: { staff: StaffView }) {
  const { lookout, toasts } = useTools();
  const [wanted, setWanted] = useState<Availability | null>(null);
  const change = async (availability: Availability) => {
    setWanted(availability);
    const done = `${staff.name} is now ${availability}.`;
    await attempt(toasts, lookout.setAvailability(staff.id, availability), done);
    setWanted(null);
  };
  return (
    <span class="availability" data-availability={wanted ?? staff.availability}>
      <select
        aria-label={`Availability of ${staff.name}`}
        aria-busy={wanted !== null}
        disabled={wanted !== null}
        value={wanted ?? staff.availability}
        onChange={(event) => change(event.currentTarget.value as Availability)}
      >
        {CHOICES.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <Icon of={chevronDown} size={13} />
    </span>
  );
}

/** The declared state with its time, unless the connection tells another story. */
function state(staff: StaffView, now_ms: number): string {
  const how = standing(staff);
  const time = since(secondsSince(staff.since, now_ms));
  const lasting = time === "now" ? "just now" : `for ${time}`;
  if (how === "absent") return `${STANDING.absent}, available ${lasting}`;
  if (how === "full") return `${STANDING.full}, available ${lasting}`;
  return `${STANDING[how]} ${lasting}`;
}

function dot(staff: StaffView): "available" | "away" | "offline" {
  return staff.present ? staff.availability : "offline";
}
