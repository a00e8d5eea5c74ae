import type { AddressInfo } from "node:net";
import { WebSocket as Client, type WebSocket as Link, WebSocketServer } from "ws";
import type { Surroundings } from "../../src/client/surroundings";

export type Frame = { type: string; ref: string } & Record<string, unknown>;

/** A real server on loopback that greets, keeps what it hears, and does as a test says. */
export class Far {
  readonly heard: Frame[] = [];
  readonly links: Link[] = [];
  /** What it answers to a hello; null leaves it unanswered. */
  greet: (hello: Frame) => object | null = ({ ref }) => ({
    type: "status_welcomed",
    ref,
    protocol: 1,
    at: "2026-11-22T10:00:00Z",
    ticket: null,
  });
  answer: (frame: Frame) => object | null = ({ ref }) => ({ type: "done", ref });
  readonly #server: WebSocketServer;
  #waiting: { wanted: () => boolean; done: () => void }[] = [];

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on("connection", (link) => {
      this.links.push(link);
      this.#look();
      link.on("message", (data) => this.#hear(link, JSON.parse(String(data)) as Frame));
    });
  }

  static open(): Promise<Far> {
    globalThis.WebSocket = Client as unknown as typeof WebSocket;
    return new Promise((done) => {
      const server: WebSocketServer = new WebSocketServer({ port: 0, host: "127.0.0.1" }, () =>
        done(new Far(server)),
      );
    });
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get last(): Link {
    return this.links.at(-1) as Link;
  }

  tell(event: object): void {
    this.last.send(JSON.stringify(event));
  }

  /** Resolves once `wanted` holds; looked at whenever somebody connects or says something. */
  until(wanted: () => boolean): Promise<void> {
    return new Promise((done) => {
      this.#waiting.push({ wanted, done });
      this.#look();
    });
  }

  close(): Promise<void> {
    for (const link of this.links) link.terminate();
    return new Promise((done) => this.#server.close(() => done()));
  }

  #hear(link: Link, frame: Frame): void {
    this.heard.push(frame);
    const reply = frame.type === "hello" ? this.greet(frame) : this.answer(frame);
    if (reply) link.send(JSON.stringify(reply));
    this.#look();
  }

  #look(): void {
    this.#waiting = this.#waiting.filter(({ wanted, done }) => {
      if (!wanted()) return true;
      done();
      return false;
    });
  }
}

/** Surroundings that a test moves by hand. */
export class Ground implements Surroundings {
  online = true;
  visible = true;
  #on: { wake: () => void; lost: () => void } | null = null;

  isOnline = () => this.online;
  isVisible = () => this.visible;

  watch(on: { wake: () => void; lost: () => void }): () => void {
    this.#on = on;
    return () => {
      this.#on = null;
    };
  }

  lose(): void {
    this.online = false;
    this.#on?.lost();
  }

  wake(): void {
    this.online = true;
    this.#on?.wake();
  }
}
