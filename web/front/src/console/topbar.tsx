import type { ConnectionState } from "../client/connection";
import { useStore } from "../client/store";
import { Avatar } from "../client/ui/avatar";
import { Icon } from "../client/ui/icon";
import { bell, grid, keyboard, signOut, sliders, soundOff, soundOn } from "../client/ui/icons";
import { Mark } from "../client/ui/mark";
import { Menu, type MenuItem } from "../client/ui/menu";
import { themeItem } from "../client/ui/theme-item";
import type { Availability, StaffView } from "../client/wire.gen";
import { askToNotify } from "./alarm";
import type { Open } from "./dialogs";
import { mine } from "./lists";
import type { State } from "./state";
import "./topbar.css";
import { useAct, useWorkplace } from "./workplace";

interface TopBarProps {
  state: State;
  connected: ConnectionState;
  onDialog: (open: Open) => void;
}

export function TopBar({ state, connected, onDialog }: TopBarProps) {
  const { me } = state;
  return (
    <header class="topbar">
      <h1 class="topbar-name">
        <Mark />
        <span>Frontdesk</span>
      </h1>
      {me && <AvailabilitySwitch me={me} online={connected === "online"} />}
      <Link connected={connected} />
      {me && <Load me={me} />}
      <span class="topbar-space" />
      {me && <PersonMenu me={me} chats={mine(state).length} onDialog={onDialog} />}
    </header>
  );
}

const WORDS: Record<Availability, string> = {
  available: "Available",
  away: "Away",
  offline: "Offline",
};

/** What one declares. Beside it stands what is true of the connection: only both together bring chats. */
function AvailabilitySwitch({ me, online }: { me: StaffView; online: boolean }) {
  const { busy, act } = useAct();
  const { toasts } = useWorkplace();
  const declare = (availability: Availability) => {
    if (availability === "available" && typeof Notification !== "undefined") {
      if (Notification.permission === "default") void askToNotify();
    }
    void act({ type: "set_availability", availability }, () => {
      if (availability === "offline" && me.load > 0) {
        toasts.show("You are offline for new chats. Those you have stay with you.");
      }
    });
  };
  return (
    <fieldset class="availability" disabled={busy || !online} data-value={me.availability}>
      <legend class="unseen">Your availability</legend>
      {(Object.keys(WORDS) as Availability[]).map((availability) => (
        <label key={availability} data-value={availability}>
          <input
            type="radio"
            name="availability"
            class="unseen"
            checked={me.availability === availability}
            onChange={() => declare(availability)}
          />
          <span class="availability-dot" aria-hidden="true" />
          <span>{WORDS[availability]}</span>
        </label>
      ))}
    </fieldset>
  );
}

const LINKS: Record<ConnectionState, { text: string; tone: string }> = {
  connecting: { text: "Connecting", tone: "wait" },
  online: { text: "Connected", tone: "good" },
  reconnecting: { text: "Reconnecting", tone: "wait" },
  offline: { text: "No network", tone: "bad" },
  stopped: { text: "Not connected", tone: "bad" },
};

function Link({ connected }: { connected: ConnectionState }) {
  const { text, tone } = LINKS[connected];
  return (
    <span class="topbar-link" data-tone={tone} role="status" title={`Connection: ${text}`}>
      <span class="topbar-link-dot" aria-hidden="true" />
      <span class="topbar-link-text">{text}</span>
    </span>
  );
}

/** How much one carries of what one can. Hundredths of a chat come in; whole chats are shown. */
function Load({ me }: { me: StaffView }) {
  const [load, capacity] = [me.load / 100, me.capacity / 100];
  const pips = Math.ceil(capacity);
  const text = `${round(load)} of ${round(capacity)} chats`;
  return (
    <span class="load" role="img" aria-label={`Load: ${text}`} title={`You carry ${text}`}>
      {pips <= 8 && (
        <span class="load-pips" data-full={load >= capacity || undefined}>
          {Array.from({ length: pips }, (_, index) => (
            <i key={index} data-on={index < load || undefined} />
          ))}
        </span>
      )}
      <span class="load-text numeric">
        {round(load)}
        <span class="load-of">/{round(capacity)}</span>
      </span>
    </span>
  );
}

function round(chats: number): number {
  return Math.round(chats * 100) / 100;
}

interface PersonMenuProps {
  me: StaffView;
  chats: number;
  onDialog: (open: Open) => void;
}

function PersonMenu({ me, chats, onDialog }: PersonMenuProps) {
  const { preferences, toasts } = useWorkplace();
  const { theme, sound } = useStore(preferences.liking);
  const notify = async () => {
    const granted = await askToNotify();
    toasts.show(
      granted
        ? "You will be told of new chats while this page is hidden."
        : "Your browser blocks notifications for this page. Allow them in its settings.",
      granted ? "good" : "neutral",
    );
  };
  const items: MenuItem[] = [
    themeItem(preferences, theme),
    {
      label: "Sounds",
      icon: sound ? soundOn : soundOff,
      aside: sound ? "on" : "off",
      onClick: () => preferences.set({ sound: !sound }),
    },
    { label: "Notifications", icon: bell, onClick: () => void notify() },
    { label: "Keyboard", icon: keyboard, aside: <kbd>?</kbd>, onClick: () => onDialog("keys") },
  ];
  if (me.role !== "agent") {
    items.push({ label: "Board", icon: grid, onClick: () => location.assign("/board") });
    items.push({ label: "Setup", icon: sliders, onClick: () => location.assign("/setup") });
  }
  items.push({
    label: "Sign out",
    icon: signOut,
    danger: true,
    onClick: () => onDialog("sign_out"),
  });
  return (
    <Menu
      label={`${me.name}: menu`}
      items={items}
      trigger={(props) => (
        <button {...props} type="button" class="person" aria-label={`${me.name}, your menu`}>
          <Avatar name={me.name} id={me.id} size="s" presence={me.availability} />
          <bdi class="person-name">{me.name}</bdi>
          <Icon of="M7 10l5 5 5-5" size={14} />
          {chats > 0 && <span class="unseen">{`, ${chats} chats`}</span>}
        </button>
      )}
    />
  );
}
