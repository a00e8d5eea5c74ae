import { useState } from "preact/hooks";
import { Avatar } from "../client/ui/avatar";
import { Badge } from "../client/ui/badge";
import { Button } from "../client/ui/button";
import { Dialog } from "../client/ui/dialog";
import { TextArea } from "../client/ui/field";
import { Icon } from "../client/ui/icon";
import { users } from "../client/ui/icons";
import type { ConversationSummary } from "../client/wire.gen";
import { attempt, useTools } from "./context";
import type { Target } from "./lookout";
import "./reassign.css";
import { nameOf } from "../client/names";
import { Slots } from "./slots";
import type { State } from "./state";
import { type Choice, choices, idOf } from "./targets";

interface ReassignProps {
  state: State;
  chat: ConversationSummary;
  onDone: () => void;
}

/** To whom a chat goes: an agent with room, or a team's queue. */
export function Reassign({ state, chat, onDone }: ReassignProps) {
  const { lookout, toasts } = useTools();
  const [target, setTarget] = useState<Target | null>(null);
  const [note, setNote] = useState("");
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const found = choices(state, chat, text);
  const chosen = found.find((choice) => target !== null && idOf(choice.target) === idOf(target));
  const send = async () => {
    if (!chosen || chosen.barred) return;
    setBusy(true);
    const done = `${nameOf(chat.customer)} goes to ${chosen.name}.`;
    const work = lookout.reassign(chat.conversation_id, chosen.target, note.trim());
    if (await attempt(toasts, work, done)) onDone();
    else setBusy(false);
  };
  return (
    <Dialog
      title={`Reassign the chat with ${nameOf(chat.customer)}`}
      size="m"
      onClose={onDone}
      actions={
        <>
          <Button onClick={onDone}>Cancel</Button>
          <Button
            kind="primary"
            busy={busy}
            disabled={!chosen || chosen.barred !== null}
            onClick={send}
          >
            {chosen ? `Reassign to ${chosen.name}` : "Reassign"}
          </Button>
        </>
      }
    >
      <input
        class="input"
        type="search"
        dir="auto"
        placeholder="Find an agent or team"
        aria-label="Find an agent or team"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <Choices found={found} chosen={chosen ?? null} onChoose={setTarget} />
      <TextArea
        label="Note"
        aside="optional, for staff only"
        rows={2}
        maxlength={2000}
        value={note}
        onInput={setNote}
      />
    </Dialog>
  );
}

interface ChoicesProps {
  found: readonly Choice[];
  chosen: Choice | null;
  onChoose: (target: Target) => void;
}

function Choices({ found, chosen, onChoose }: ChoicesProps) {
  if (found.length === 0) return <p class="targets-none">Nobody has that name.</p>;
  return (
    <fieldset class="targets">
      <legend class="unseen">Where it goes</legend>
      {found.map((choice) => (
        <label key={idOf(choice.target)} class="target" data-barred={choice.barred || undefined}>
          <input
            type="radio"
            name="target"
            checked={choice === chosen}
            disabled={choice.barred !== null}
            onChange={() => onChoose(choice.target)}
          />
          {choice.staff ? (
            <Avatar
              name={choice.staff.name}
              id={choice.staff.id}
              size="s"
              presence={choice.staff.present ? choice.staff.availability : "offline"}
            />
          ) : (
            <span class="target-team">
              <Icon of={users} size={16} />
            </span>
          )}
          <span class="target-name">
            <bdi>{choice.name}</bdi>
            <small>{choice.about}</small>
          </span>
          {choice.barred ? (
            <Badge tone={choice.barred === "Full" ? "accent" : "neutral"}>{choice.barred}</Badge>
          ) : (
            choice.staff && <Slots load={choice.staff.load} capacity={choice.staff.capacity} />
          )}
        </label>
      ))}
    </fieldset>
  );
}
