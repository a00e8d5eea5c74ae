import type { AnyEvent, Code } from "./wire.gen";

/** The server refused a command. `retry_after_ms` is null where it did not say. */
export class Refused extends Error {
  constructor(
    readonly code: Code,
    message: string,
    readonly retry_after_ms: number | null = null,
  ) {
    super(message);
  }
}

/** The connection went before a reply came; whether the command had effect is not known. */
export class Disconnected extends Error {}

interface Waiting {
  settle: (event: AnyEvent) => void;
  abandon: (error: Error) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** Who waits for the reply to which command. */
export class Replies {
  readonly #waiting = new Map<string, Waiting>();

  /** @param late called when a reply is overdue: the link counts as dead then */
  constructor(private readonly late: () => void) {}

  get awaited(): boolean {
    return this.#waiting.size > 0;
  }

  /**
   * The reply to the command with this `ref`.
   * @throws Refused when the server says no, Disconnected when no answer will come
   */
  wait(ref: string, limit_ms: number): Promise<AnyEvent> {
    return new Promise((settle, abandon) => {
      const timer = setTimeout(this.late, limit_ms);
      this.#waiting.set(ref, { settle, abandon, timer });
    });
  }

  /** Hands an event to whoever waits for it. */
  take(event: AnyEvent): void {
    if (!("ref" in event)) return;
    const waiting = this.#waiting.get(event.ref);
    if (!waiting) return;
    this.#waiting.delete(event.ref);
    clearTimeout(waiting.timer);
    if (event.type === "failed") {
      waiting.abandon(new Refused(event.code, event.message, event.retry_after_ms ?? null));
    } else waiting.settle(event);
  }

  /** The connection is gone: nobody gets an answer any more. */
  abandon(): void {
    for (const waiting of this.#waiting.values()) {
      clearTimeout(waiting.timer);
      waiting.abandon(new Disconnected());
    }
    this.#waiting.clear();
  }
}
