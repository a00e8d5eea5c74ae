/** Which of the chats that went back in line one has not been told of yet. */

import type { Shelf } from "../client/shelf";
import { Store } from "../client/store";
import type { LostChat } from "../client/wire.gen";
import { mine } from "./lists";
import type { State } from "./state";

/** What one has read is remembered on this device: the desk tells it again on each return. */
export class Returned {
  /** Until when one has been told, RFC 3339 in UTC; empty: never. */
  readonly told: Store<string>;
  readonly #key: string;

  constructor(
    private readonly shelf: Shelf,
    staff_id: string,
  ) {
    this.#key = `frontdesk.lost.${staff_id}`;
    this.told = new Store(shelf.get(this.#key) ?? "");
  }

  dismiss(chats: readonly LostChat[]): void {
    const newest = chats[0]?.at;
    if (!newest) return;
    this.shelf.set(this.#key, newest);
    this.told.set(newest);
  }
}

/** Those not told of so far, without what has come back to oneself meanwhile. Pure. */
export function untold(state: State, told: string): LostChat[] {
  const own = new Set(mine(state).map((row) => row.conversation_id));
  const until = Date.parse(told) || 0;
  return state.lost.filter((chat) => Date.parse(chat.at) > until && !own.has(chat.conversation_id));
}
