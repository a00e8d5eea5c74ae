import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { Socket } from "../src/client/socket";
import type { Store } from "../src/client/store";
import type { AnyEvent, StaffCommand } from "../src/client/wire.gen";

/** A staff socket's other end on loopback, which says what a test tells it to. */
export class Server {
  readonly #server: WebSocketServer;
  readonly #sockets = new Set<WebSocket>();
  readonly #heard: StaffCommand[] = [];
  readonly #waiting: { type: string; settle: (command: StaffCommand) => void }[] = [];

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("message", (data) => this.#hear(JSON.parse(String(data)) as StaffCommand));
    });
  }

  static async start(): Promise<Server> {
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    await once(server, "listening");
    return new Server(server);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next command of this type that has not been taken yet. */
  next<T extends StaffCommand["type"]>(type: T): Promise<Extract<StaffCommand, { type: T }>> {
    const index = this.#heard.findIndex((command) => command.type === type);
    const [command] = index < 0 ? [] : this.#heard.splice(index, 1);
    if (command) return Promise.resolve(command as Extract<StaffCommand, { type: T }>);
    return new Promise((settle) =>
      this.#waiting.push({ type, settle: settle as (command: StaffCommand) => void }),
    );
  }

  say(event: AnyEvent): void {
    for (const socket of this.#sockets) socket.send(JSON.stringify(event));
  }

  /** Cuts every connection, as a lost network does. */
  cut(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }

  #hear(command: StaffCommand): void {
    const index = this.#waiting.findIndex((waiting) => waiting.type === command.type);
    const [waiting] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (waiting) waiting.settle(command);
    else this.#heard.push(command);
  }
}

/** A socket to a server that comes back at once after each loss. */
export function connect(server: Server): Socket<StaffCommand> {
  globalThis.WebSocket = WebSocket as unknown as typeof globalThis.WebSocket;
  return new Socket<StaffCommand>({
    url: server.url,
    hello: () => ({}),
    backoff: { first_ms: 1, cap_ms: 5 },
    surroundings: { isOnline: () => true, isVisible: () => true, watch: () => () => undefined },
  });
}

/** Waits until a store's value is as wanted. */
export function until<S>(store: Store<S>, wanted: (state: S) => boolean): Promise<S> {
  if (wanted(store.state)) return Promise.resolve(store.state);
  return new Promise((settle) => {
    const stop = store.subscribe((state) => {
      if (!wanted(state)) return;
      stop();
      settle(state);
    });
  });
}
