import { nameOf } from "../client/names";
import { Avatar } from "../client/ui/avatar";
import { Icon } from "../client/ui/icon";
import { clock } from "../client/ui/icons";
import { Asked, Marks } from "../client/ui/marks";
import type { ConversationSummary } from "../client/wire.gen";
import { urgency, waited } from "./chats";
import { useTools } from "./context";
import { wait } from "./words";

interface ChatRowProps {
  chat: ConversationSummary;
  team: string;
  target_seconds: number;
  /** It is open beside the board. */
  open: boolean;
  /** Tab stops at this row of the list. */
  stop: boolean;
  /** The server's time, epoch milliseconds. */
  now_ms: number;
}

/** One chat: who asks what, who answers, and how long they have been waiting. */
export function ChatRow({ chat, team, target_seconds, open, stop, now_ms }: ChatRowProps) {
  const { lookout } = useTools();
  const name = nameOf(chat.customer);
  return (
    <li>
      <button
        type="button"
        class="chat-row"
        aria-current={open || undefined}
        tabIndex={stop ? 0 : -1}
        data-chat={chat.conversation_id}
        onClick={() => lookout.open(chat.conversation_id)}
      >
        <Avatar name={chat.customer.name} id={chat.customer.id} />
        <span class="chat-who">
          <span class="chat-name">
            <bdi>{name}</bdi> <span class="chat-number numeric">#{chat.number}</span>
            <Marks row={chat} />
          </span>
          <span class="chat-about">
            {chat.live === "waiting" && <Asked row={chat} />}
            <span class="chat-preview">
              <bdi>{chat.preview || chat.subject}</bdi>
            </span>
          </span>
        </span>
        <span class="chat-team">{team}</span>
        <Holder chat={chat} />
        <Waiting chat={chat} target_seconds={target_seconds} now_ms={now_ms} />
      </button>
    </li>
  );
}

function Holder({ chat }: { chat: ConversationSummary }) {
  if (chat.assignee === null) return <span class="chat-holder chat-nobody">In line</span>;
  return (
    <span class="chat-holder">
      <Avatar name={chat.assignee.name} id={chat.assignee.id} size="xs" />
      <bdi>{chat.assignee.name}</bdi>
    </span>
  );
}

function Waiting(props: Pick<ChatRowProps, "chat" | "target_seconds" | "now_ms">) {
  const seconds = waited(props.chat, props.now_ms);
  if (seconds === null) return <span class="chat-wait chat-answered">answered</span>;
  return (
    <span class="chat-wait numeric" data-tone={urgency(seconds, props.target_seconds)}>
      <Icon of={clock} size={14} />
      <span class="unseen">waiting </span>
      {wait(seconds)}
    </span>
  );
}
