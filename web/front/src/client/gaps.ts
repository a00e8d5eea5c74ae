import { Disconnected, Refused } from "./replies";
import { type Missing, missing, older, type ThreadState } from "./thread";
import type { AnyEvent, Draft, StaffCommand } from "./wire.gen";

/** Asks for what threads miss, each page once at a time. */
export class Gaps {
  readonly #asked = new Set<string>();

  constructor(private readonly ask: (command: Draft<StaffCommand>) => Promise<AnyEvent>) {}

  /** To be called after each change of the threads: asks until nothing is missing. */
  fill(threads: readonly ThreadState[]): void {
    for (const thread of threads) {
      const hole = missing(thread);
      if (hole) void this.#fetch(hole);
    }
  }

  /** The page of history before what each of the threads shows. */
  async older(threads: readonly ThreadState[]): Promise<void> {
    const pages = threads.map((thread) => older(thread)).filter((page) => page !== null);
    await Promise.all(pages.map((page) => this.#fetch(page)));
  }

  /** A new connection knows nothing of what was asked on the one before. */
  forget(): void {
    this.#asked.clear();
  }

  async #fetch(page: Missing): Promise<void> {
    const key = `${page.conversation_id}.${page.thread}.${page.before}`;
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    try {
      await this.ask({ type: "fetch_entries", ...page });
    } catch (error) {
      // Whoever scrolls there again, or the next welcome, asks again.
      if (!(error instanceof Refused || error instanceof Disconnected)) throw error;
    } finally {
      this.#asked.delete(key);
    }
  }
}
