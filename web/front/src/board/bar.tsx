import { useStore } from "../client/store";
import { Avatar } from "../client/ui/avatar";
import { IconButton } from "../client/ui/button";
import { Icon } from "../client/ui/icon";
import {
  chat,
  chevronDown,
  moon,
  signOut as signOutIcon,
  soundOff,
  soundOn,
  sun,
} from "../client/ui/icons";
import { Menu, type MenuItem } from "../client/ui/menu";
import type { StaffView } from "../client/wire.gen";
import { Age } from "./age";
import "./bar.css";
import { attempt, useTools } from "./context";
import { signOut } from "./http";
import { NEXT_THEME, THEMES } from "./preferences";
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
  const { board_sound: sound } = useStore(preferences);
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
          onClick={() => preferences.update((now) => ({ ...now, board_sound: !sound }))}
        />
        <IconButton class="bar-wall" icon={SCREEN} label="Wall display" onClick={onWall} />
        {state.me && <PersonMenu me={state.me} />}
      </div>
    </header>
  );
}

function Mark() {
  return (
    <svg class="bar-mark" width="22" height="22" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M4 4h16a1 1 0 0 1 1 1v10.500a1 1 0 0 1-1 1h-8L7 20.500v-4H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1z" />
      <path class="bar-mark-line" d="M7.500 8.800h9M7.500 12.200h5.500" />
    </svg>
  );
}

function PersonMenu({ me }: { me: StaffView }) {
  const { socket, toasts, preferences } = useTools();
  const { theme } = useStore(preferences);
  const leave = async () => {
    if (!(await attempt(toasts, signOut()))) return;
    socket.stop();
    location.assign("/signin");
  };
  const items: MenuItem[] = [
    { label: "Console", icon: chat, onClick: () => location.assign("/console") },
    {
      label: "Theme",
      icon: theme === "dark" ? moon : sun,
      aside: THEMES[theme],
      onClick: () => preferences.update((now) => ({ ...now, theme: NEXT_THEME[theme] })),
    },
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
