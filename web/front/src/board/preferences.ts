/** What the person at this screen chose: kept on this device, the theme for all of the desk's pages. */

import type { Shelf } from "../client/shelf";
import { Store } from "../client/store";

export type Theme = "system" | "light" | "dark";

export interface Preferences {
  readonly theme: Theme;
  /** Alerts ring. */
  readonly board_sound: boolean;
}

export const NEXT_THEME: Readonly<Record<Theme, Theme>> = {
  system: "light",
  light: "dark",
  dark: "system",
};
export const THEMES: Readonly<Record<Theme, string>> = {
  system: "as the system",
  light: "light",
  dark: "dark",
};

/** The console keeps its own choices under this key too; fields of others are left alone. */
const KEY = "frontdesk.preferences";
const USUAL: Preferences = { theme: "system", board_sound: true };

/** The preferences, the same in all tabs; what is put into the store is kept. */
export function preferences(shelf: Shelf): Store<Preferences> {
  const store = new Store<Preferences>(read(shelf));
  store.subscribe((now) => shelf.set(KEY, JSON.stringify({ ...stored(shelf), ...now })));
  shelf.watch(() => {
    const now = read(shelf);
    const { theme, board_sound } = store.state;
    if (now.theme !== theme || now.board_sound !== board_sound) store.set(now);
  });
  return store;
}

/** Puts the theme on the page; "system" leaves it to the browser. */
export function wear(theme: Theme, root: HTMLElement = document.documentElement): void {
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
}

function read(shelf: Shelf): Preferences {
  const { theme, board_sound } = { ...USUAL, ...stored(shelf) };
  return { theme, board_sound };
}

function stored(shelf: Shelf): Partial<Preferences> {
  const text = shelf.get(KEY);
  return text ? (JSON.parse(text) as Partial<Preferences>) : {};
}
