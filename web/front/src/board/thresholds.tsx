import { useEffect, useRef, useState } from "preact/hooks";
import { send } from "../client/http";
import { Button } from "../client/ui/button";
import { TextField } from "../client/ui/field";
import { Icon } from "../client/ui/icon";
import { bell } from "../client/ui/icons";
import type { TeamRow } from "../client/wire.gen";
import { attempt, useTools } from "./context";
import type { Thresholds } from "./state";
import "./thresholds.css";
import { duration } from "./words";

/** When a queue raises an alert; a press edits it in place. */
export function ThresholdButton({ row }: { row: TeamRow }) {
  const [open, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    trigger.current?.focus();
  };
  const words = say(row);
  return (
    <>
      <button
        ref={trigger}
        type="button"
        class="threshold"
        data-off={words === null || undefined}
        aria-expanded={open}
        aria-label={`Alert of ${row.name}: ${words ?? "off"}. Change`}
        onClick={() => setOpen(!open)}
      >
        <Icon of={bell} size={14} />
        <span>{words ?? "Set"}</span>
      </button>
      {open && <ThresholdForm row={row} onClose={close} />}
    </>
  );
}

/** @throws Problem */
function setThresholds(team_id: string, thresholds: Thresholds): Promise<void> {
  return send("PATCH", `/api/teams/${encodeURIComponent(team_id)}`, thresholds);
}

function say({ alert_depth, alert_wait_seconds }: Thresholds): string | null {
  const parts = [
    alert_depth !== null && String(alert_depth),
    alert_wait_seconds !== null && duration(alert_wait_seconds),
  ].filter(Boolean);
  return parts.length === 0 ? null : parts.join(" · ");
}

function ThresholdForm({ row, onClose }: { row: TeamRow; onClose: () => void }) {
  const { lookout, toasts } = useTools();
  const [depth, setDepth] = useState(row.alert_depth?.toString() ?? "");
  const [minutes, setMinutes] = useState(inMinutes(row.alert_wait_seconds));
  const [wrong, setWrong] = useState<Faults>({});
  const [busy, setBusy] = useState(false);
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => {
    box.current?.querySelector("input")?.focus();
    const elsewhere = (event: Event) => {
      if (!box.current?.parentElement?.contains(event.target as Node)) onClose();
    };
    document.addEventListener("pointerdown", elsewhere);
    return () => document.removeEventListener("pointerdown", elsewhere);
  }, []);
  const save = async (event: Event) => {
    event.preventDefault();
    const found = faults(depth, minutes);
    setWrong(found);
    if (found.depth || found.minutes) return;
    const thresholds = {
      alert_depth: depth === "" ? null : Number(depth),
      alert_wait_seconds: minutes === "" ? null : Math.round(Number(minutes) * 60),
    };
    setBusy(true);
    const saved = await attempt(toasts, setThresholds(row.team_id, thresholds));
    setBusy(false);
    if (!saved) return;
    lookout.act({ type: "thresholds_set", team_id: row.team_id, thresholds });
    onClose();
  };
  return (
    <form
      ref={box}
      class="threshold-form"
      noValidate
      onSubmit={save}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <h3>Alert for {row.name}</h3>
      <div class="threshold-fields">
        <TextField
          label="Waiting"
          aside="chats"
          type="number"
          min={1}
          placeholder="Off"
          value={depth}
          onInput={setDepth}
          error={wrong.depth}
        />
        <TextField
          label="Longest wait"
          aside="min"
          type="number"
          min={0}
          placeholder="Off"
          value={minutes}
          onInput={setMinutes}
          error={wrong.minutes}
        />
      </div>
      <p class="threshold-hint">Reaching either rings on every board. Empty is off.</p>
      <div class="threshold-acts">
        <Button size="s" kind="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button size="s" kind="primary" type="submit" busy={busy}>
          Save
        </Button>
      </div>
    </form>
  );
}

interface Faults {
  readonly depth?: string;
  readonly minutes?: string;
}

/** What a person must mend before it can be saved; the server's own limits are the same. */
function faults(depth: string, minutes: string): Faults {
  const [chats, seconds] = [Number(depth), Math.round(Number(minutes) * 60)];
  const depthFits = depth === "" || (Number.isInteger(chats) && chats >= 1 && chats <= 100_000);
  const waitFits = minutes === "" || (seconds >= 1 && seconds <= 7 * 86_400);
  return {
    depth: depthFits ? undefined : "A whole number from 1",
    minutes: waitFits ? undefined : "More than 0 min",
  };
}

function inMinutes(seconds: number | null): string {
  return seconds === null ? "" : String(Math.round((seconds / 60) * 100) / 100);
}
