/** The page's state and its dealings with the server. */

import { Problem } from "../client/http";
import { Store } from "../client/store";
import type { StaffView } from "../client/wire.gen";
import { faults } from "./faults";
import { disable, list, save } from "./http";
import { FRESH, type Kinds, nameIn, PARTS, type Part } from "./kinds";
import type { Place } from "./place";
import {
  type Act,
  apply,
  draftOf,
  empty,
  isChanged,
  type Refusal,
  type State,
  truthOf,
} from "./state";

export class Workshop {
  readonly state: Store<State>;

  constructor(me: StaffView) {
    this.state = new Store(empty(me));
  }

  /** Fetches every part; what somebody has changed stays changed. */
  async load(): Promise<void> {
    await Promise.all(PARTS.map((part) => this.reload(part)));
  }

  async reload(part: Part): Promise<void> {
    try {
      this.#act({ type: "loaded", part, things: await list(part) } as Act);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#act({ type: "load_failed", part, message: error.message });
    }
  }

  edit(place: Place, changes: Readonly<Record<string, unknown>>): void {
    this.#act({ type: "edited", place, changes });
  }

  discard(place: Place): void {
    this.#act({ type: "discarded", place });
  }

  /** Saves a thing's changes. Answers its name, or null when it could not be saved, which the draft then says. */
  async save<P extends Part>(place: Place & { part: P }): Promise<string | null> {
    const { state } = this.state;
    const [truth, draft] = [truthOf(state, place), draftOf(state, place)];
    if (truth === null || draft.sent !== null || !isChanged(draft)) return null;
    const whole = { ...truth, ...draft.changes } as Kinds[P];
    if (Object.keys(faults(place, whole, truth)).length > 0) {
      this.#act({ type: "tried", place });
      return null;
    }
    this.#act({ type: "sent", place });
    try {
      const thing = await save(place, draft.changes, whole);
      this.#act({ type: "saved", place, part: place.part, thing } as Act);
      // Its list has it in its place, with all that the server made of it.
      if (place.id === FRESH) await this.reload(place.part);
      return nameIn(place.part, thing);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#act({ type: "refused", place, refusal: refusalOf(error) });
      return null;
    }
  }

  /** Closes somebody's account. @throws Problem */
  async disable(id: string): Promise<void> {
    await disable(id);
    this.discard({ part: "people", id });
    await this.reload("people");
  }

  #act(act: Act): void {
    this.state.update((state) => apply(state, act));
  }
}

/** The server says where in what it was sent something does not fit: "… - at `$.name`". */
function refusalOf({ message, code }: Problem): Refusal {
  const [, said = message, field = ""] = /^(.*) - at `\$\.(\w+).*$/s.exec(message) ?? [];
  return { message: said, field, signed_out: code === "unauthenticated" };
}
