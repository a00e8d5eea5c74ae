import type { Shelf } from "../client/shelf";
import { Store } from "../client/store";

export type Theme = "system" | "light" | "dark";

/** How a person likes the console, on this device. */
export interface Liking {
  readonly theme: Theme;
  readonly sound: boolean;
  /** Single keys as shortcuts; off for those whom they hinder (WCAG 2.1.4). */
  readonly keys: boolean;
}

const KEY = "frontdesk.preferences";
const USUAL: Liking = { theme: "system", sound: true, keys: true };

/** Preferences, kept on this device and the same in all of its tabs. */
export class Preferences {
  readonly liking: Store<Liking>;

  constructor(private readonly shelf: Shelf) {
    this.liking = new Store(this.#read());
    shelf.watch(() => {
      const read = this.#read();
      const same = JSON.stringify(read) === JSON.stringify(this.liking.state);
      if (!same) this.liking.set(read);
    });
  }

  set(change: Partial<Liking>): void {
    const liking = { ...this.liking.state, ...change };
    this.shelf.set(KEY, JSON.stringify(liking));
    this.liking.set(liking);
  }

  #read(): Liking {
    const text = this.shelf.get(KEY);
    return text ? { ...USUAL, ...(JSON.parse(text) as Partial<Liking>) } : USUAL;
  }
}

/** Puts the theme on the page; "system" leaves it to the browser. */
export function wear(theme: Theme, root: HTMLElement = document.documentElement): void {
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
}
