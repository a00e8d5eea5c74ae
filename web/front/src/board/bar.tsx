import { signOut } from "../client/session";
import { useStore } from "../client/store";
import { Avatar } from "../client/ui/avatar";
import { IconButton } from "../client/ui/button";
import { Icon } from "../client/ui/icon";
import { chat, chevronDown, signOut as signOutIcon, soundOff, soundOn } from "../client/ui/icons";
import { Mark } from "../client/ui/mark";
import { Menu, type MenuItem } from "../client/ui/menu";
import { themeItem } from "../client/ui/theme-item";
import type { StaffView } from "../client/wire.gen";
import { Age } from "./age";
import "./bar.css";
import { attempt, useTools } from "./context";
import type { State } from "./state";

const SCREEN = "M3.5 5h17v11.5h-17zM9 20.5h6M12 16.500v4";

interface BarProps {
  state: State;
  /** The server's time, epoch milliseconds. */
  now_ms: number;
  onWall: () => void;
}

/** The board's head: what this is, how old it is, and the person's own switches. */
export function Bar({ state, now_ms, onWall }: BarProps) {
  const { socket, preferences } = useTools();
  const connection = useStore(socket.connection);
  const { board_sound: sound } = useStore(preferences.liking);
  return (
    <header class="bar">
      <h1 class="bar-name">
        <Mark />
        <span>
          Frontdesk <span class="bar-part">Board</span>
        </span>
      </h1>
      <Age
        at={state.board?.at ?? null}
        now_ms={now_ms}
        connection={connection}
        onRetry={() => socket.retryNow()}
      />
      <div class="bar-acts">
        <IconButton
          icon={sound ? soundOn : soundOff}
          label={sound ? "Alerts ring. Turn the sound off" : "Alerts are silent. Turn the sound on"}
          pressed={sound}
          onClick={() => preferences.set({ board_sound: !sound })}
        />
        <IconButton class="bar-wall" icon={SCREEN} label="Wall display" onClick={onWall} />
        {state.me && <PersonMenu me={state.me} />}
      </div>
    </header>
  );
}

function PersonMenu({ me }: { me: StaffView }) {
  const { socket, toasts, preferences } = useTools();
  const { theme } = useStore(preferences.liking);
  const leave = async () => {
    if (!(await attempt(toasts, signOut()))) return;
    socket.stop();
    location.assign("/signin");
  };
  const items: MenuItem[] = [
    { label: "Console", icon: chat, onClick: () => location.assign("/console") },
    themeItem(preferences, theme),
    { label: "Sign out", icon: signOutIcon, onClick: leave },
  ];
  return (
    <Menu
      label={`${me.name}: menu`}
      items={items}
      trigger={(props) => (
        <button {...props} type="button" class="bar-person" aria-label={`${me.name}, your menu`}>
          <Avatar name={me.name} id={me.id} size="s" />
          <bdi>{me.name}</bdi>
          <Icon of={chevronDown} size={14} />
        </button>
      )}
    />
  );
}
