const RENEW_MS = 3_000;
const IDLE_MS = 4_500;
export const LAPSE_MS = 6_000;

/** Tells the others that one is typing: at once, renewed while it goes on, and when it stops. */
export class Typist {
  #told_at = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;

  /** @param tell posts `set_typing` */
  constructor(private readonly tell: (typing: boolean) => void) {}

  /** Call at each change of the text. */
  typed(): void {
    const now = Date.now();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.stop(), IDLE_MS);
    if (now - this.#told_at < RENEW_MS) return;
    this.#told_at = now;
    this.tell(true);
  }

  /** Call when the text was sent, emptied or left. */
  stop(): void {
    clearTimeout(this.#idle);
    if (this.#told_at === 0) return;
    this.#told_at = 0;
    this.tell(false);
  }
}
