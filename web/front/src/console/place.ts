/** Where one is in the console, as the address says it: `#c=ID` a conversation, `&v=customer` its customer. */

import { Store } from "../client/store";

export interface Place {
  readonly conversation_id: string | null;
  /** Shown alone on a narrow screen. */
  readonly pane: "list" | "thread" | "customer";
}

const LIST: Place = { conversation_id: null, pane: "list" };

export function parse(hash: string): Place {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const conversation_id = fields.get("c");
  if (!conversation_id) return LIST;
  return { conversation_id, pane: fields.get("v") === "customer" ? "customer" : "thread" };
}

export function write(place: Place): string {
  if (!place.conversation_id || place.pane === "list") return "";
  const hash = `#c=${encodeURIComponent(place.conversation_id)}`;
  return place.pane === "customer" ? `${hash}&v=customer` : hash;
}

/** The place, kept in the address so that links, reload and the back button work. */
export class Places {
  readonly place: Store<Place>;

  constructor() {
    this.place = new Store(parse(location.hash));
    const follow = () => this.place.set(parse(location.hash));
    window.addEventListener("popstate", follow);
    window.addEventListener("hashchange", follow);
  }

  /** Goes to a conversation. From one to the next it does not pile up steps for the back button. */
  open(conversation_id: string): void {
    const replace = this.place.state.pane !== "list";
    this.#go({ conversation_id, pane: "thread" }, replace);
  }

  customer(): void {
    const { conversation_id } = this.place.state;
    if (conversation_id) this.#go({ conversation_id, pane: "customer" }, false);
  }

  /** One pane back, as the arrow on a narrow screen does. */
  back(): void {
    const { conversation_id, pane } = this.place.state;
    this.#go(pane === "customer" ? { conversation_id, pane: "thread" } : LIST, true);
  }

  close(): void {
    this.#go(LIST, true);
  }

  #go(place: Place, replace: boolean): void {
    const address = location.pathname + location.search + write(place);
    if (replace) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    this.place.set(place);
  }
}
