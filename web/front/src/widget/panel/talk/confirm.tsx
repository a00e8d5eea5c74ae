import { useState } from "preact/hooks";
import { Refused } from "../../../client/replies";
import { useStore } from "../../../client/store";
import { Button } from "../../../client/ui/button";
import { Dialog } from "../../../client/ui/dialog";
import { useTalk } from "./voice";

/** Asks before a conversation is ended, or a place in line given up. */
export function Confirm({ what, onClose }: { what: "end" | "leave"; onClose: () => void }) {
  const { panel, voice } = useTalk();
  const { ticket } = useStore(panel.state);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const go = async () => {
    setBusy(true);
    setProblem("");
    try {
      await (what === "end" ? panel.end() : panel.leaveQueue());
      onClose();
    } catch (error) {
      setProblem(error instanceof Refused ? error.message : voice.say("again"));
      setBusy(false);
    }
  };
  const actions = (
    <>
      <Button onClick={onClose}>{voice.say(`${what}.stay`)}</Button>
      <Button kind={what === "end" ? "danger" : "primary"} busy={busy} onClick={go}>
        {voice.say(`${what}.go`)}
      </Button>
    </>
  );
  return (
    <Dialog title={voice.say(`${what}.title`)} onClose={onClose} actions={actions}>
      <p>{voice.say(`${what}.text`, { number: ticket?.number ?? "" })}</p>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}
