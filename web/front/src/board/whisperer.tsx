import { useEffect, useState } from "preact/hooks";
import { Drafts } from "../client/drafts";
import { Composer } from "../client/ui/composer";
import { Icon } from "../client/ui/icon";
import { eye } from "../client/ui/icons";
import type { ConversationSummary } from "../client/wire.gen";
import { useTools } from "./context";
import type { Opened } from "./opened";
import type { State } from "./state";

interface WhispererProps {
  state: State;
  opened: Opened;
  chat: ConversationSummary;
}

/** In place of a reply: a word to the agent, or a note for whoever takes the chat. */
export function Whisperer({ state, opened, chat }: WhispererProps) {
  const { lookout, shelf } = useTools();
  const id = chat.conversation_id;
  const drafts = new Drafts(shelf, `${state.me?.id ?? ""}.board`);
  const [text, setText] = useState("");
  useEffect(() => setText(drafts.get(id)), [id]);
  const keep = (written: string) => {
    setText(written);
    drafts.set(id, written);
  };
  const agent = chat.assignee !== null && chat.assignee.id !== state.me?.id ? chat.assignee : null;
  return (
    <footer class="whisperer">
      <p class="whisperer-about">
        <Icon of={eye} size={15} />
        <span>
          {chat.assignee?.id === state.me?.id
            ? "This chat is yours. What you write here is for the staff; answer in the console."
            : "You watch in silence; the customer sees neither you nor what you write here."}
          {watchers(state, opened)}
        </span>
      </p>
      <Composer
        value={text}
        onInput={keep}
        onSend={(body) => {
          lookout.write(id, body, agent !== null);
          keep("");
        }}
        label={agent ? `Whisper to ${agent.name}` : "Note for the team"}
        sendLabel={agent ? "Whisper" : "Add note"}
        tone={agent ? "whisper" : "note"}
      />
    </footer>
  );
}

function watchers(state: State, opened: Opened): string {
  const unmentioned = new Set([state.me?.id, opened.summary?.assignee?.id]);
  const names = opened.viewers.filter((one) => !unmentioned.has(one.id)).map((one) => one.name);
  return names.length === 0 ? "" : ` Also looking: ${names.join(", ")}.`;
}
