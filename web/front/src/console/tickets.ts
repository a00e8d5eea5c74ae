import { Problem } from "../client/http";
import { Store } from "../client/store";
import type { ConversationSummary } from "../client/wire.gen";
import type { Listed, Search } from "./http";

/** A search and what came of it so far. */
export interface Found {
  readonly search: Search;
  readonly items: readonly ConversationSummary[];
  readonly more: boolean;
  /** fresh: nothing asked yet · loading: first page under way · paging: a further page. */
  readonly phase: "fresh" | "loading" | "paging" | "ready" | "failed";
  readonly problem: string;
}

export type Find = (search: Search, before: number | null, signal: AbortSignal) => Promise<Listed>;

const TYPING_PAUSE_MS = 250;

/** The list of all tickets: by status, by search, a page at a time. */
export class Tickets {
  readonly found = new Store<Found>({
    search: { status: "", q: "" },
    items: [],
    more: false,
    phase: "fresh",
    problem: "",
  });
  readonly #find: Find;
  #under_way: AbortController | null = null;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(find: Find) {
    this.#find = find;
  }

  /** Searches anew once typing pauses; what was found stays on screen until the answer is there. */
  search(change: Partial<Search>): void {
    const search = { ...this.found.state.search, ...change };
    this.found.update((found) => ({ ...found, search }));
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.reload(), "q" in change ? TYPING_PAUSE_MS : 0);
  }

  /** Asks for the first page again. */
  reload(): Promise<void> {
    clearTimeout(this.#pause);
    return this.#ask("loading", null);
  }

  /** Asks for the page after what is there. */
  next(): Promise<void> {
    const { more, phase, items } = this.found.state;
    const last = items.at(-1);
    if (!more || !last || phase === "loading" || phase === "paging") return Promise.resolve();
    return this.#ask("paging", last.number);
  }

  async #ask(phase: "loading" | "paging", before: number | null): Promise<void> {
    this.#under_way?.abort();
    const asked = new AbortController();
    this.#under_way = asked;
    this.found.update((found) => ({ ...found, phase, problem: "" }));
    try {
      const { items, more } = await this.#find(this.found.state.search, before, asked.signal);
      if (asked.signal.aborted) return;
      this.found.update((found) => ({
        ...found,
        items: before === null ? items : [...found.items, ...items],
        more,
        phase: "ready",
      }));
    } catch (error) {
      if (asked.signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      this.found.update((found) => ({ ...found, phase: "failed", problem: error.message }));
    }
  }
}
