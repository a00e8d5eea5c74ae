import { BACKOFF, type Backoff, delay } from "./backoff";
import type { Connection, ConnectionState, StopReason } from "./connection";
import { freshId } from "./ids";
import { Disconnected, Refused, Replies } from "./replies";
import { Store } from "./store";
import { browserSurroundings, type Surroundings } from "./surroundings";
import { type AnyEvent, CloseCode, type Draft, type Ping, PROTOCOL } from "./wire.gen";

export interface Limits {
  /** From the first packet to the welcome. */
  welcome_ms: number;
  /** From a request to its reply; beyond it the link counts as dead. */
  reply_ms: number;
  /** Silence on a visible page after which the link is probed. */
  quiet_ms: number;
  /** A connection that lasted this long starts the backoff anew. */
  settled_ms: number;
}

export const LIMITS: Limits = {
  welcome_ms: 12_000,
  reply_ms: 10_000,
  quiet_ms: 25_000,
  settled_ms: 10_000,
};

interface Command {
  type: string;
  ref: string;
}

export interface SocketOptions<C extends Command> {
  /** ws: or wss: address. */
  url: string;
  /** The hello with today's cursors, asked for at each connect. `protocol` and `ref` are filled in. */
  hello: () => Omit<Extract<C, { type: "hello" }>, "ref" | "protocol" | "type">;
  surroundings?: Surroundings;
  backoff?: Backoff;
  limits?: Partial<Limits>;
  random?: () => number;
}

/** The address of a socket of this page's own server. */
export function socketUrl(path: string, page: Location = location): string {
  return `${page.protocol === "https:" ? "wss:" : "ws:"}//${page.host}${path}`;
}

/**
 * A WebSocket that comes back by itself and says hello with its cursors each time.
 *
 * Listeners get every event, the welcome included, before `connection` turns `online`: who flushes
 * on `online` finds the snapshot applied.
 */
export class Socket<C extends Command> {
  readonly connection = new Store<Connection>({
    state: "stopped",
    reason: null,
    retry_at: null,
    lost_at: null,
  });
  readonly #options: SocketOptions<C>;
  readonly #limits: Limits;
  readonly #surroundings: Surroundings;
  readonly #replies = new Replies(() => this.#silent());
  readonly #listeners = new Set<(event: AnyEvent) => void>();
  #ws: WebSocket | null = null;
  #running = false;
  #welcomed = false;
  #attempt = 0;
  #heard_at = 0;
  #online_at = 0;
  #lost_at: number | null = null;
  #resume_after_ms: number | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #welcome: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setInterval> | undefined;
  #unwatch: (() => void) | undefined;

  constructor(options: SocketOptions<C>) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#surroundings = options.surroundings ?? browserSurroundings();
  }

  get online(): boolean {
    return this.#welcomed;
  }

  /** Connects, also after a stop. Does nothing while it runs. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#attempt = 0;
    this.#unwatch = this.#surroundings.watch({
      wake: () => this.#wake(),
      lost: () => this.#drop("offline"),
    });
    this.#watchdog = setInterval(() => this.#checkLink(), 5_000);
    this.#show("connecting");
    this.#connect();
  }

  /** Closes for good, until `start` is called. */
  stop(reason: StopReason = "left"): void {
    if (!this.#running) return;
    this.#running = false;
    this.#unwatch?.();
    clearInterval(this.#watchdog);
    this.#discard(1000);
    this.#lost_at = null;
    this.connection.set({ state: "stopped", reason, retry_at: null, lost_at: null });
  }

  /** Tries now instead of when the backoff says. */
  retryNow(): void {
    if (this.#running && !this.#ws) this.#connect();
  }

  /** Every event as it comes. Returns the way to stop listening. */
  listen(listener: (event: AnyEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Sends a command and waits for its reply.
   * @throws Refused when the server says no, Disconnected when no answer came.
   */
  request(command: Draft<C>): Promise<AnyEvent> {
    if (!this.#welcomed) return Promise.reject(new Disconnected());
    return this.#ask(command, this.#limits.reply_ms);
  }

  /** Sends a command that has no reply worth waiting for. False when there is no connection. */
  post(command: Draft<C>): boolean {
    if (!this.#welcomed) return false;
    this.#write({ ...command, ref: freshId() });
    return true;
  }

  #connect(): void {
    clearTimeout(this.#retry);
    this.#resume_after_ms = null;
    if (this.connection.state.state !== "connecting") this.#show(this.#away());
    const ws = new WebSocket(this.#options.url);
    this.#ws = ws;
    ws.onopen = () => this.#sayHello();
    ws.onmessage = (message) => this.#receive(message.data);
    ws.onclose = (closed) => this.#closed(closed.code);
    ws.onerror = null;
    this.#welcome = setTimeout(() => this.#drop(), this.#limits.welcome_ms);
  }

  #sayHello(): void {
    const hello = { ...this.#options.hello(), type: "hello", protocol: PROTOCOL };
    this.#ask(hello as unknown as Draft<C>, this.#limits.welcome_ms).then(
      () => this.#enter(),
      (error: Error) => this.#unwelcome(error),
    );
  }

  #enter(): void {
    clearTimeout(this.#welcome);
    this.#welcomed = true;
    this.#online_at = Date.now();
    this.#lost_at = null;
    this.#show("online");
  }

  #unwelcome(error: Error): void {
    if (!(error instanceof Refused)) return;
    if (error.code === "unauthenticated") this.stop("signed_out");
    else if (error.code === "unsupported_protocol") this.stop("outdated");
    else {
      this.#resume_after_ms ??= error.retry_after_ms;
      this.#drop();
    }
  }

  #ask(command: Draft<C> | Draft<Ping>, limit_ms: number): Promise<AnyEvent> {
    const ref = freshId();
    const reply = this.#replies.wait(ref, limit_ms);
    this.#write({ ...command, ref });
    return reply;
  }

  #write(command: object): void {
    this.#ws?.send(JSON.stringify(command));
  }

  #receive(data: unknown): void {
    this.#heard_at = Date.now();
    const event = JSON.parse(String(data)) as AnyEvent;
    if (event.type === "closing") this.#takeLeave(event.reason, event.resume_after_ms);
    for (const listener of [...this.#listeners]) listener(event);
    this.#replies.take(event);
  }

  #takeLeave(reason: "restart" | "signed_out" | "replaced", resume_after_ms: number): void {
    if (reason === "restart") this.#resume_after_ms = resume_after_ms;
    else this.stop(reason);
  }

  #closed(code: number): void {
    if (code === CloseCode.UNAUTHENTICATED) this.stop("signed_out");
    else if (code === CloseCode.UNSUPPORTED_PROTOCOL) this.stop("outdated");
    else {
      if (code === CloseCode.FLOOD) this.#attempt = 20;
      this.#drop();
    }
  }

  /** No answer came: the link has been dead since anything last came, whenever that is noticed. */
  #silent(): void {
    if (this.#welcomed) this.#lost_at = this.#heard_at;
    this.#drop();
  }

  /** Lets go of the socket without waiting for its close, which a dead link never ends, and plans the next. */
  #drop(state?: "offline"): void {
    if (!this.#running) return;
    if (this.#welcomed && Date.now() - this.#online_at > this.#limits.settled_ms) this.#attempt = 0;
    if (this.#welcomed) this.#lost_at ??= Date.now();
    this.#discard();
    const random = (this.#options.random ?? Math.random)();
    const wait_ms =
      this.#resume_after_ms === null
        ? delay(this.#attempt++, random, this.#options.backoff ?? BACKOFF)
        : Math.round(this.#resume_after_ms * (1 + random / 2));
    this.#retry = setTimeout(() => this.#connect(), wait_ms);
    this.#show(state ?? this.#away(), Date.now() + wait_ms);
  }

  #discard(code?: number): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#welcome);
    this.#welcomed = false;
    const ws = this.#ws;
    this.#ws = null;
    if (ws) {
      ws.onopen = ws.onmessage = ws.onclose = null;
      ws.onerror = () => undefined;
      ws.close(code);
    }
    this.#replies.abandon();
  }

  #wake(): void {
    if (!this.#ws) {
      this.#attempt = 0;
      this.#connect();
    } else if (this.#quiet_ms >= Math.min(5_000, this.#limits.quiet_ms)) {
      this.#probe(this.#limits.reply_ms / 2);
    }
  }

  get #quiet_ms(): number {
    return Date.now() - this.#heard_at;
  }

  #checkLink(): void {
    if (!this.#welcomed || this.#replies.awaited || !this.#surroundings.isVisible()) return;
    if (this.#quiet_ms >= this.#limits.quiet_ms) this.#probe(this.#limits.reply_ms);
  }

  /** Browsers hide the server's own pings, so without this only the next send would tell of a dead link. */
  #probe(limit_ms: number): void {
    if (!this.#welcomed) return;
    // Any answer shows that the link lives; a missing one drops it.
    this.#ask({ type: "ping" }, limit_ms).catch(() => undefined);
  }

  #away(): "offline" | "reconnecting" {
    return this.#surroundings.isOnline() ? "reconnecting" : "offline";
  }

  #show(state: ConnectionState, retry_at: number | null = null): void {
    this.connection.set({ state, reason: null, retry_at, lost_at: this.#lost_at });
  }
}
