import type { ToPage, ToPanel } from "../bridge";

/**
 * The panel's end of the line to the page that frames it.
 *
 * Only the frame's own parent is heard, and only the origin of its first `hello` is answered; which
 * origins may frame us at all, the server's `frame-ancestors` says.
 */
export class Frame {
  #page: { source: Window; origin: string } | null = null;
  #waiting: ToPage[] = [];

  constructor(private readonly heard: (message: ToPanel) => void) {
    window.addEventListener("message", (event) => this.#hear(event));
  }

  /** False when the panel stands in a tab of its own. */
  get framed(): boolean {
    return window.parent !== window;
  }

  tell(message: ToPage): void {
    if (this.#page) this.#page.source.postMessage(message, this.#page.origin);
    else this.#waiting.push(message);
  }

  #hear(event: MessageEvent): void {
    const message = event.data as ToPanel | null;
    if (event.source !== window.parent || typeof message?.frontdesk !== "string") return;
    if (message.frontdesk === "hello")
      this.#page ??= { source: window.parent, origin: event.origin };
    if (event.origin !== this.#page?.origin) return;
    this.heard(message);
    for (const late of this.#waiting.splice(0)) this.tell(late);
  }
}
