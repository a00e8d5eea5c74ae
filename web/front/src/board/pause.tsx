import { useState } from "preact/hooks";
import { send } from "../client/http";
import { Button, IconButton } from "../client/ui/button";
import { Dialog } from "../client/ui/dialog";
import { pause, play } from "../client/ui/icons";
import type { TeamRow } from "../client/wire.gen";
import { attempt, useTools } from "./context";

/** Stops a queue from being handed out, after asking once more, or lets it go on. */
export function PauseButton({ row }: { row: TeamRow }) {
  const { lookout, toasts } = useTools();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const set = async (paused: boolean) => {
    setBusy(true);
    const done = paused ? `${row.name} is paused.` : `${row.name} goes on.`;
    if (await attempt(toasts, setPaused(row.team_id, paused), done)) {
      lookout.act({ type: "team_paused", team_id: row.team_id, paused });
    }
    setBusy(false);
    setAsking(false);
  };
  return (
    <>
      <IconButton
        class="queue-pause"
        size="s"
        icon={row.paused ? play : pause}
        label={row.paused ? `Resume ${row.name}` : `Pause ${row.name}`}
        disabled={busy}
        onClick={() => (row.paused ? void set(false) : setAsking(true))}
      />
      {asking && (
        <Dialog
          title={`Pause ${row.name}?`}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>Cancel</Button>
              <Button kind="primary" busy={busy} onClick={() => void set(true)}>
                Pause the queue
              </Button>
            </>
          }
        >
          <p>
            Nobody is sent to an agent until it goes on. {waiting(row.waiting)} Agents may still
            take somebody by hand, and chats under way go on.
          </p>
        </Dialog>
      )}
    </>
  );
}

/** @throws Problem */
function setPaused(team_id: string, paused: boolean): Promise<void> {
  return send("PATCH", `/api/teams/${encodeURIComponent(team_id)}`, { paused });
}

function waiting(n: number): string {
  if (n === 0) return "Nobody waits now; who comes keeps a place in line.";
  return `${n === 1 ? "The one who waits keeps" : `All ${n} who wait keep`} their place in line.`;
}
