import { useState } from "preact/hooks";
import { signOut } from "../client/session";
import { useStore } from "../client/store";
import { Button } from "../client/ui/button";
import { Dialog } from "../client/ui/dialog";
import { Switch } from "../client/ui/field";
import { Icon } from "../client/ui/icon";
import { check, clock } from "../client/ui/icons";
import type { ConversationSummary } from "../client/wire.gen";
import "./dialogs.css";
import { nameOf } from "../client/names";
import { reason } from "../client/reason";
import { KEYS } from "./keys";
import { mine } from "./lists";
import { nextWaiting } from "./opening";
import type { State } from "./state";
import { TransferDialog } from "./transfer";
import { useAct, useWorkplace } from "./workplace";

/** Which dialog is open. */
export type Open = "transfer" | "end" | "requeue" | "keys" | "sign_out" | null;

interface DialogsProps {
  open: Open;
  state: State;
  summary: ConversationSummary | null;
  onClose: () => void;
}

export function Dialogs({ open, state, summary, onClose }: DialogsProps) {
  if (open === "keys") return <KeysDialog onClose={onClose} />;
  if (open === "sign_out") return <SignOutDialog state={state} onClose={onClose} />;
  if (!summary || summary.live === "ended") return null;
  if (open === "transfer") return <TransferDialog {...{ state, summary, onClose }} />;
  if (open === "requeue") return <RequeueDialog {...{ summary, onClose }} />;
  if (open === "end") return <EndDialog {...{ summary, onClose }} />;
  return null;
}

const ENDS = [
  {
    status: "solved" as const,
    icon: check,
    title: "Solved",
    text: "It is done. The customer is asked how it was.",
  },
  {
    status: "pending" as const,
    icon: clock,
    title: "Waiting for the customer",
    text: "It is their turn. Their next message opens it again.",
  },
];

function EndDialog({ summary, onClose }: { summary: ConversationSummary; onClose: () => void }) {
  const { desk, places, toasts } = useWorkplace();
  const { busy, act } = useAct();
  const [status, setStatus] = useState<"solved" | "pending">("solved");
  const end = () =>
    act({ type: "end_conversation", conversation_id: summary.conversation_id, status }, () => {
      toasts.show(status === "solved" ? "Solved." : "Ended, waiting for the customer.", "good");
      onClose();
      const { conversation_id } = summary;
      if (places.place.state.conversation_id !== conversation_id) return;
      const next = nextWaiting(desk.state.state, conversation_id);
      if (next) places.open(next);
      else places.close();
    });
  return (
    <Dialog
      title={`End the chat with ${nameOf(summary.customer)}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep talking</Button>
          <Button kind="primary" busy={busy} onClick={end}>
            End chat
          </Button>
        </>
      }
    >
      {summary.unanswered_since && (
        <p class="dialog-warn">Their last message has not been answered yet.</p>
      )}
      <fieldset class="choices">
        <legend class="unseen">How does it end?</legend>
        {ENDS.map((one) => (
          <label key={one.status} class="choice">
            <input
              type="radio"
              name="end"
              checked={status === one.status}
              autofocus={one.status === "solved"}
              onChange={() => setStatus(one.status)}
              onKeyDown={(event) => event.key === "Enter" && end()}
            />
            <Icon of={one.icon} size={18} />
            <span>
              <strong>{one.title}</strong>
              <small>{one.text}</small>
            </span>
          </label>
        ))}
      </fieldset>
    </Dialog>
  );
}

function RequeueDialog({
  summary,
  onClose,
}: {
  summary: ConversationSummary;
  onClose: () => void;
}) {
  const { toasts } = useWorkplace();
  const { busy, act } = useAct();
  const { conversation_id } = summary;
  const requeue = () =>
    act({ type: "requeue_conversation", conversation_id }, () => {
      toasts.show("Back in line, at its old place.", "good");
      onClose();
    });
  return (
    <Dialog
      title="Back in line?"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={busy} onClick={requeue}>
            Back in line
          </Button>
        </>
      }
    >
      <p>
        <bdi>{nameOf(summary.customer)}</bdi> goes back to the queue with the time they first asked,
        and is told so. The next free colleague gets the chat.
      </p>
    </Dialog>
  );
}

function KeysDialog({ onClose }: { onClose: () => void }) {
  const { preferences } = useWorkplace();
  const { keys } = useStore(preferences.liking);
  return (
    <Dialog title="Keyboard" size="m" onClose={onClose}>
      <Switch
        label="Single-key shortcuts"
        on={keys}
        onChange={(on) => preferences.set({ keys: on })}
      />
      <div class="keys">
        {KEYS.map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <dl>
              {group.keys.map((line) => (
                <div key={line.does}>
                  <dt>
                    {line.press.map((press) => (
                      <kbd key={press}>{press}</kbd>
                    ))}
                  </dt>
                  <dd>{line.does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

/** Signing out gives the chats back at once, so it is asked about while there are any. */
function SignOutDialog({ state, onClose }: { state: State; onClose: () => void }) {
  const { stop, retryConnection, desk } = useWorkplace();
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const chats = mine(state).length;
  const kept = useStore(desk.outbox.items).filter((item) => item.state !== "sent").length;
  const leave = async () => {
    setBusy(true);
    try {
      // First, or the server's goodbye would lead back to this chat whoever signs in next.
      stop();
      await signOut();
      location.assign("/signin");
    } catch (error) {
      retryConnection();
      setProblem(reason(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title="Sign out?"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Stay</Button>
          <Button kind={chats > 0 ? "danger" : "primary"} busy={busy} onClick={leave}>
            Sign out
          </Button>
        </>
      }
    >
      <p>
        {chats === 0
          ? "You have no open chats."
          : `You have ${chats === 1 ? "an open chat" : `${chats} open chats`}. ${chats === 1 ? "It goes" : "They go"} back in line at once, at the old place.`}
      </p>
      {kept > 0 && (
        <p class="dialog-warn">
          {kept === 1 ? "One message has" : `${kept} messages have`} not been sent yet.
        </p>
      )}
      {problem && (
        <p class="dialog-problem" role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}
