import { useEffect, useRef, useState } from "preact/hooks";
import { Avatar } from "../client/ui/avatar";
import { Badge } from "../client/ui/badge";
import { Button, IconButton } from "../client/ui/button";
import { EmptyState, Skeleton } from "../client/ui/empty";
import { Icon } from "../client/ui/icon";
import { alert, close, external, hand, transfer } from "../client/ui/icons";
import { Asked, Marks, PRIORITY } from "../client/ui/marks";
import { type ConversationSummary, MESSAGES } from "../client/wire.gen";
import { target, urgency, waited } from "./chats";
import { attempt, useTools } from "./context";
import type { Opened } from "./opened";
import "./panel.css";
import { nameOf } from "../client/names";
import { Reassign } from "./reassign";
import type { State } from "./state";
import { TakeOver } from "./take-over";
import { ThreadLog } from "./thread-log";
import { Whisperer } from "./whisperer";
import { WhyCard } from "./why-card";
import { wait } from "./words";

interface PanelProps {
  state: State;
  opened: Opened;
  /** The server's time, epoch milliseconds. */
  now_ms: number;
}

/** One conversation beside the board: read in silence, whispered into, moved, taken. */
export function Panel({ state, opened, now_ms }: PanelProps) {
  const { lookout } = useTools();
  const heading = useRef<HTMLHeadingElement>(null);
  const id = opened.conversation_id;
  useEffect(() => {
    heading.current?.focus();
    return () => document.querySelector<HTMLElement>(`[data-chat="${CSS.escape(id)}"]`)?.focus();
  }, [id]);
  return (
    <aside
      class="panel"
      aria-labelledby="panel-title"
      onKeyDown={(event) => event.key === "Escape" && lookout.close()}
    >
      <header class="panel-head">
        <Avatar
          name={opened.summary?.customer.name ?? ""}
          id={opened.summary?.customer.id}
          size="l"
          presence={presenceOf(opened)}
        />
        <div class="panel-who">
          <h2 id="panel-title" ref={heading} tabIndex={-1}>
            <bdi>{opened.summary ? nameOf(opened.summary.customer) : "Chat"}</bdi>
          </h2>
          {opened.summary && <Facts state={state} chat={opened.summary} />}
        </div>
        <IconButton icon={close} label="Close" onClick={() => lookout.close()} />
      </header>
      {opened.refused ? (
        <EmptyState
          icon={alert}
          title="This chat cannot be opened"
          action={<Button onClick={() => lookout.reopen()}>Try again</Button>}
        >
          {MESSAGES[opened.refused]}
        </EmptyState>
      ) : (
        <Content state={state} opened={opened} now_ms={now_ms} />
      )}
    </aside>
  );
}

function Content({ state, opened, now_ms }: PanelProps) {
  const chat = opened.summary;
  if (!opened.ready || chat === null) return <Skeleton lines={6} label="Opening the chat" />;
  return (
    <>
      <p class="panel-subject" dir="auto">
        {chat.subject}
      </p>
      <Standing state={state} chat={chat} now_ms={now_ms} />
      <Acts key={chat.conversation_id} state={state} chat={chat} />
      <WhyCard state={state} chat={chat} />
      <ThreadLog opened={opened} me={state.me?.id ?? ""} now_ms={now_ms} />
      <Whisperer state={state} opened={opened} chat={chat} />
    </>
  );
}

function Facts({ state, chat }: { state: State; chat: ConversationSummary }) {
  const team = state.teams.find((one) => one.id === chat.team_id)?.name;
  return (
    <p class="panel-facts">
      <span class="numeric">#{chat.number}</span>
      {team && <span>{team}</span>}
      {chat.customer_email && <bdi>{chat.customer_email}</bdi>}
    </p>
  );
}

/** Who holds it, and whether somebody is kept waiting. */
function Standing({
  state,
  chat,
  now_ms,
}: {
  state: State;
  chat: ConversationSummary;
  now_ms: number;
}) {
  const seconds = waited(chat, now_ms);
  const tone = urgency(seconds, target(state.teams, chat.team_id));
  return (
    <div class="panel-standing">
      {chat.assignee ? (
        <span class="panel-holder">
          <Avatar name={chat.assignee.name} id={chat.assignee.id} size="xs" />
          <span>
            With <b>{chat.assignee.id === state.me?.id ? "you" : chat.assignee.name}</b>
          </span>
        </span>
      ) : (
        <span>{LIVE[chat.live]}</span>
      )}
      {seconds !== null && (
        <Badge tone={tone === "late" ? "bad" : tone === "warm" ? "warn" : "neutral"}>
          <span class="numeric">
            {chat.live === "waiting" ? "In line" : "Unanswered"} {wait(seconds)}
          </span>
        </Badge>
      )}
      <Marks row={chat} />
      <Asked row={chat} />
      {chat.live === "ended" && <Badge tone="good">Ended</Badge>}
    </div>
  );
}

const LIVE: Readonly<Record<ConversationSummary["live"], string>> = {
  waiting: "With nobody yet",
  assigned: "With an agent",
  message: "Left as a message",
  ended: "This chat has ended",
};

function Acts({ state, chat }: { state: State; chat: ConversationSummary }) {
  const [act, setAct] = useState<"none" | "take" | "reassign">("none");
  const mine = chat.assignee?.id === state.me?.id;
  const done = () => setAct("none");
  if (chat.live === "ended") return null;
  return (
    <div class="panel-acts">
      {act === "take" ? (
        <TakeOver chat={chat} onDone={done} />
      ) : (
        <>
          <Button size="s" icon={transfer} onClick={() => setAct("reassign")}>
            Reassign
          </Button>
          <Priority chat={chat} />
          {!mine && (
            <Button size="s" icon={hand} onClick={() => setAct("take")}>
              {chat.assignee ? "Take over" : "Take"}
            </Button>
          )}
          <a class="panel-console" href={`/console#c=${encodeURIComponent(chat.conversation_id)}`}>
            {mine ? "Answer in the console" : "Console"}
            <Icon of={external} size={14} />
          </a>
        </>
      )}
      {act === "reassign" && <Reassign state={state} chat={chat} onDone={done} />}
    </div>
  );
}

/** Moves the chat up or down in its queue; no rule moves it again. */
function Priority({ chat }: { chat: ConversationSummary }) {
  const { lookout, toasts } = useTools();
  const change = (priority: number) =>
    void attempt(toasts, lookout.rank(chat.conversation_id, priority));
  return (
    <select
      class="input panel-priority"
      aria-label="Priority"
      value={String(chat.priority)}
      onChange={(event) => change(Number(event.currentTarget.value))}
    >
      {PRIORITY.map((word, priority) => (
        <option key={word} value={String(priority)}>
          {word}
        </option>
      ))}
    </select>
  );
}

function presenceOf(opened: Opened): "available" | "offline" | undefined {
  if (opened.customer_present === null) return undefined;
  return opened.customer_present ? "available" : "offline";
}
