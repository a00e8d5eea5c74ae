import type { Shelf } from "./shelf";
import { Store } from "./store";
import { type Theme, wear } from "./theme";

/** How a person likes the staff's pages, on this device. */
export interface Liking {
  readonly theme: Theme;
  /** The console calls. */
  readonly sound: boolean;
  /** The board's alerts ring. */
  readonly board_sound: boolean;
  /** Single keys as shortcuts; off for those whom they hinder (WCAG 2.1.4). */
  readonly keys: boolean;
}

const KEY = "frontdesk.preferences";
const USUAL: Liking = { theme: "system", sound: true, board_sound: true, keys: true };

/** Preferences, kept on this device and the same in all of its tabs and on all of the staff's pages. */
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
    const liking = { ...this.#read(), ...change };
    this.shelf.set(KEY, JSON.stringify(liking));
    this.liking.set(liking);
  }

  /** Puts the theme on the page, now and whenever it is changed. */
  dress(): void {
    this.liking.subscribe(({ theme }) => wear(theme));
    wear(this.liking.state.theme);
  }

  #read(): Liking {
    try {
      return { ...USUAL, ...(JSON.parse(this.shelf.get(KEY) ?? "{}") as Partial<Liking>) };
    } catch {
      // Not ours, or damaged: as if nothing had been chosen.
      return USUAL;
    }
  }
}
