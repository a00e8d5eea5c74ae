/** What a key may ask of a part of the screen that keeps its own state. */
export type Call = "reply" | "note" | "whisper" | "decline";

/** Carries a key's wish to whichever part of the screen can fulfil it. */
export class Calls {
  readonly #listeners = new Set<(call: Call) => void>();

  send(call: Call): void {
    for (const listener of [...this.#listeners]) listener(call);
  }

  /** Returns the way to stop listening. */
  listen(listener: (call: Call) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
