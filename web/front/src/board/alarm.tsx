import { useEffect } from "preact/hooks";
import { useStore } from "../client/store";
import { Button } from "../client/ui/button";
import { Icon } from "../client/ui/icon";
import { bell } from "../client/ui/icons";
import type { Board } from "../client/wire.gen";
import "./alarm.css";
import { type Alert, ringing } from "./alerts";
import { useTools } from "./context";
import { alertText, duration } from "./words";

/** How often an alert rings until somebody acknowledges it. */
const RING_MS = 20_000;

interface AlarmProps {
  alerts: readonly Alert[];
  board: Board;
  /** The server's time, epoch milliseconds. */
  now_ms: number;
}

/** The thresholds that are passed and not acknowledged: one line each, and a sound. */
export function Alarm({ alerts, board, now_ms }: AlarmProps) {
  const { lookout, preferences } = useTools();
  const { board_sound } = useStore(preferences.liking);
  const over = ringing(alerts);
  useRinging(over);
  if (over.length === 0) return null;
  const acknowledge = (keys: readonly string[]) =>
    lookout.act({ type: "alerts_acknowledged", keys });
  return (
    <div class="alarm" role="alert">
      <Icon of={bell} size={22} />
      <ul class="alarm-list">
        {over.map((alert) => (
          <li key={alert.key}>
            <strong>{alert.team}</strong>: {textOf(alert, board)}
            <span class="alarm-age numeric" aria-live="off">
              raised {duration(Math.max(0, Math.floor((now_ms - alert.raised_ms) / 1000)))} ago
            </span>
          </li>
        ))}
        {board_sound && !isHeard() && (
          <li class="alarm-age">Your browser keeps it silent until you press something here.</li>
        )}
      </ul>
      <Button kind="danger" onClick={() => acknowledge(over.map((alert) => alert.key))}>
        {over.length === 1 ? "Acknowledge" : `Acknowledge ${over.length}`}
      </Button>
    </div>
  );
}

function textOf(alert: Alert, board: Board): string {
  const team = board.teams.find((one) => one.team_id === alert.team_id);
  return team ? alertText(team, alert.kind) : alert.team;
}

/** Browsers keep a page silent until it was touched once. */
function isHeard(): boolean {
  return navigator.userActivation?.hasBeenActive ?? true;
}

/** Rings when an alert is new, and again until it is acknowledged. */
function useRinging(over: readonly Alert[]): void {
  const { sound } = useTools();
  const keys = over.map((alert) => alert.key).join();
  useEffect(() => {
    if (keys === "") return;
    const ring = () => isHeard() && sound.play("offer");
    ring();
    const timer = setInterval(ring, RING_MS);
    return () => clearInterval(timer);
  }, [keys, sound]);
}
