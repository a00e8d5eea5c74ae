import { useCalm } from "../client/calm";
import { signOut } from "../client/session";
import { useStore } from "../client/store";
import { Bar, PersonMenu } from "../client/ui/bar";
import { IconButton } from "../client/ui/button";
import { chat, sliders, soundOff, soundOn } from "../client/ui/icons";
import { Age } from "./age";
import { attempt, useTools } from "./context";
import type { State } from "./state";

const SCREEN = "M3.5 5h17v11.5h-17zM9 20.5h6M12 16.500v4";

interface BoardBarProps {
  state: State;
  /** The server's time, epoch milliseconds. */
  now_ms: number;
  onWall: () => void;
}

/** The board's head: what this is, how old it is, and the person's own switches. */
export function BoardBar({ state, now_ms, onWall }: BoardBarProps) {
  const { socket, preferences, toasts } = useTools();
  const connection = useCalm(socket.connection);
  const { board_sound: sound } = useStore(preferences.liking);
  const leave = async () => {
    if (!(await attempt(toasts, signOut()))) return;
    socket.stop();
    location.assign("/signin");
  };
  const acts = (
    <>
      <IconButton
        icon={sound ? soundOn : soundOff}
        label={sound ? "Alerts ring. Turn the sound off" : "Alerts are silent. Turn the sound on"}
        pressed={sound}
        onClick={() => preferences.set({ board_sound: !sound })}
      />
      <IconButton class="bar-wall" icon={SCREEN} label="Wall display" onClick={onWall} />
      {state.me && (
        <PersonMenu
          me={state.me}
          preferences={preferences}
          items={[
            { label: "Console", icon: chat, onClick: () => location.assign("/console") },
            { label: "Setup", icon: sliders, onClick: () => location.assign("/setup") },
          ]}
          onSignOut={leave}
        />
      )}
    </>
  );
  return (
    <Bar part="Board" acts={acts}>
      <Age
        at={state.board?.at ?? null}
        now_ms={now_ms}
        connection={connection}
        onRetry={() => socket.retryNow()}
      />
    </Bar>
  );
}
