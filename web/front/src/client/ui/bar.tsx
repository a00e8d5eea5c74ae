import type { ComponentChildren } from "preact";
import type { Preferences } from "../preferences";
import { useStore } from "../store";
import type { StaffView } from "../wire.gen";
import { Avatar } from "./avatar";
import "./bar.css";
import { Icon } from "./icon";
import { chevronDown, signOut } from "./icons";
import { Mark } from "./mark";
import { Menu, type MenuItem } from "./menu";
import { themeItem } from "./theme-item";

interface BarProps {
  /** Which of the desk's pages this is. */
  part: string;
  /** What stands beside the name. */
  children?: ComponentChildren;
  /** The person's own switches, on the far side. */
  acts: ComponentChildren;
}

/** The head of a page of those who run the desk. */
export function Bar({ part, children, acts }: BarProps) {
  return (
    <header class="bar">
      <h1 class="bar-name">
        <Mark />
        <span>
          Frontdesk <span class="bar-part">{part}</span>
        </span>
      </h1>
      {children}
      <div class="bar-acts">{acts}</div>
    </header>
  );
}

interface PersonMenuProps {
  me: StaffView;
  preferences: Preferences;
  /** Other pages; what everybody has is added. */
  items: readonly MenuItem[];
  onSignOut: () => void;
}

export function PersonMenu({ me, preferences, items, onSignOut }: PersonMenuProps) {
  const { theme } = useStore(preferences.liking);
  const all: MenuItem[] = [
    ...items,
    themeItem(preferences, theme),
    { label: "Sign out", icon: signOut, onClick: onSignOut },
  ];
  return (
    <Menu
      label={`${me.name}: menu`}
      items={all}
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
