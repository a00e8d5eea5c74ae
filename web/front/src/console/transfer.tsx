import { useEffect, useState } from "preact/hooks";
import { nameOf } from "../client/names";
import { reason } from "../client/reason";
import { Avatar } from "../client/ui/avatar";
import { Badge } from "../client/ui/badge";
import { Button } from "../client/ui/button";
import { Dialog } from "../client/ui/dialog";
import { Skeleton } from "../client/ui/empty";
import { TextArea, TextField } from "../client/ui/field";
import { Icon } from "../client/ui/icon";
import { users } from "../client/ui/icons";
import type { ConversationSummary } from "../client/wire.gen";
import { type Colleagues, colleagues } from "./http";
import type { State } from "./state";
import { type Target, targets } from "./targets";
import { useAct, useWorkplace } from "./workplace";

interface TransferProps {
  state: State;
  summary: ConversationSummary;
  onClose: () => void;
}

/** Hands a chat on to a team's queue or to a colleague, with a word to whoever gets it. */
export function TransferDialog({ state, summary, onClose }: TransferProps) {
  const { toasts } = useWorkplace();
  const { busy, act } = useAct();
  const [known, setKnown] = useState<Colleagues | null>(null);
  const [problem, setProblem] = useState("");
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<Target | null>(null);
  const [note, setNote] = useState("");
  useEffect(() => {
    colleagues().then(setKnown, (error: unknown) => setProblem(reason(error)));
  }, []);
  const found = known ? targets(known, state, summary, search) : [];
  const give = () => {
    if (!chosen) return;
    const to = chosen.type === "team" ? { team_id: chosen.id } : { staff_id: chosen.id };
    const { conversation_id } = summary;
    void act({ type: "transfer_conversation", conversation_id, ...to, note: note.trim() }, () => {
      toasts.show(`Transferred to ${chosen.name}.`, "good");
      onClose();
    });
  };
  return (
    <Dialog
      title={`Transfer ${nameOf(summary.customer)}`}
      size="m"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={!chosen} busy={busy} onClick={give}>
            {chosen ? `Transfer to ${chosen.name}` : "Transfer"}
          </Button>
        </>
      }
    >
      <TextField
        label="To whom"
        hideLabel
        type="search"
        placeholder="Find a team or a colleague"
        value={search}
        onInput={setSearch}
        autofocus
      />
      {known ? (
        <Targets {...{ found, chosen, setChosen, state }} />
      ) : problem ? (
        <p class="dialog-problem" role="alert">
          {problem}
        </p>
      ) : (
        <Skeleton lines={5} label="Loading colleagues" />
      )}
      <TextArea
        label="Note"
        aside="optional, only colleagues see it"
        rows={2}
        maxlength={2000}
        placeholder="What has happened so far, what is to be done"
        value={note}
        onInput={setNote}
      />
    </Dialog>
  );
}

interface TargetsProps {
  found: Target[];
  chosen: Target | null;
  setChosen: (target: Target) => void;
  state: State;
}

function Targets({ found, chosen, setChosen }: TargetsProps) {
  if (found.length === 0) return <p class="targets-none">Nobody by that name.</p>;
  return (
    <ul class="targets" aria-label="Teams and colleagues">
      {found.map((target) => (
        <li key={`${target.type}.${target.id}`}>
          <button
            type="button"
            class="target"
            aria-pressed={chosen?.id === target.id && chosen.type === target.type}
            disabled={target.barred !== null}
            onClick={() => setChosen(target)}
          >
            {target.type === "team" ? (
              <span class="target-team">
                <Icon of={users} size={16} />
              </span>
            ) : (
              <Avatar name={target.name} id={target.id} size="s" presence={target.presence} />
            )}
            <span class="target-text">
              <bdi>{target.name}</bdi>
              <small>{target.about}</small>
            </span>
            {target.mark && <Badge tone={target.mark.tone}>{target.mark.word}</Badge>}
          </button>
        </li>
      ))}
    </ul>
  );
}
