import { useState } from "preact/hooks";
import { nameOf } from "../client/names";
import { Button } from "../client/ui/button";
import type { ConversationSummary } from "../client/wire.gen";
import { attempt, useTools } from "./context";

/** Asks once more before a chat changes hands. */
export function TakeOver({ chat, onDone }: { chat: ConversationSummary; onDone: () => void }) {
  const { lookout, toasts } = useTools();
  const [busy, setBusy] = useState(false);
  const take = async () => {
    setBusy(true);
    const done = `You have the chat with ${nameOf(chat.customer)}. Answer it in the console.`;
    await attempt(toasts, lookout.take(chat.conversation_id), done);
    onDone();
  };
  return (
    <div class="take-over">
      <p>
        {chat.assignee
          ? `${chat.assignee.name} will no longer be able to answer; the customer sees that you joined.`
          : "You become the agent of this chat; the customer sees that you joined."}
      </p>
      <div class="take-over-acts">
        <Button size="s" kind="quiet" onClick={onDone}>
          Cancel
        </Button>
        <Button size="s" kind="primary" busy={busy} onClick={take}>
          {chat.assignee ? `Take over from ${chat.assignee.name}` : "Take this chat"}
        </Button>
      </div>
    </div>
  );
}
