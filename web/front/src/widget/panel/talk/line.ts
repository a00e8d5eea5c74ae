import type { Connection } from "../../../client/connection";
import type { Item, Letter, Unsigned } from "../../../client/letters";
import { browserLocks } from "../../../client/locks";
import { Outbox } from "../../../client/outbox";
import { Disconnected } from "../../../client/replies";
import type { Shelf } from "../../../client/shelf";
import { Socket, socketUrl } from "../../../client/socket";
import { Store } from "../../../client/store";
import type { Acked, AnyEvent, Draft, VisitorCommand } from "../../../client/wire.gen";
import type { Identity } from "./identity";
import type { cursors } from "./state";
import { forget, keep, make, NotMade, obtain, read, type Visitor } from "./visitor";

/** The panel's end: what it gives for a hello, and what it is told. */
export interface Ends {
  cursors: () => ReturnType<typeof cursors>;
  receive: (event: AnyEvent) => void;
  /** What was on its way when the page was left. */
  kept: (items: readonly Item[]) => void;
  /** What is on its way has changed. */
  follow: (items: readonly Item[]) => void;
  online: () => void;
  /** The server does not know our visitor any more; what had not been sent. */
  strange: (unsent: readonly Item[]) => void;
}

/** The line to the server: this browser's visitor, a socket in their name, and an outbox. */
export class Line {
  readonly connection = new Store<Connection>({
    state: "connecting",
    reason: null,
    retry_at: null,
    lost_at: null,
  });
  /** There is no visitor, and so no connection, for the server could not be reached. */
  readonly unmade = new Store(false);
  outbox: Outbox | null = null;
  readonly #exclusively = browserLocks();
  #visitor: Visitor | null = null;
  #socket: Socket<VisitorCommand> | null = null;
  #connecting: Promise<void> | null = null;
  #identity: Identity | null = null;
  /** The signature that was shown last: one that was refused is not tried for ever. */
  #shown = "";

  constructor(
    private readonly site: string,
    private readonly shelf: Shelf,
    private readonly ends: Ends,
  ) {}

  /** Nobody has connected yet, nor failed to. */
  get idle(): boolean {
    return !this.#socket && !this.unmade.state;
  }

  /** This browser has been here before. */
  get known(): boolean {
    return read(this.shelf, this.site) !== null;
  }

  /** Makes sure that there is a visitor, and connects. */
  connect(): Promise<void> {
    if (this.#socket) return Promise.resolve();
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = null;
    });
    return this.#connecting;
  }

  /** Whether this browser's visitor is a customer whom the page does not mean. */
  isAnother(identity: Identity | null): boolean {
    const known = this.#visitor?.external_id;
    return known !== undefined && identity !== null && known !== identity.external_id;
  }

  /**
   * The page says who its customer is. Proved, this browser's visitor is that customer from now on, but a
   * visitor without a name who is `busy` stays. Not proved, nobody stays whom the page does not mean.
   */
  async identify(identity: Identity | null, busy: () => boolean): Promise<void> {
    this.#identity = identity;
    const before = this.#visitor;
    const another = this.isAnother(identity);
    if (!identity || !before || before.external_id === identity.external_id) return;
    if (this.#shown === identity.signature || (busy() && !another)) return;
    this.#shown = identity.signature;
    const made = await make(this.site, identity).catch(() => null);
    if (this.#visitor !== before || !(made || another)) return;
    if (busy() && !another) {
      // A question went out meanwhile; the next welcome asks again.
      this.#shown = "";
      return;
    }
    if (made) keep(this.site, this.shelf, made);
    this.#startOver(another);
  }

  /** Whoever uses this browser next is somebody else. */
  forget(): void {
    const kept = read(this.shelf, this.site);
    if (kept) forget(this.site, this.shelf, kept);
    if (this.#visitor) this.#startOver(true);
  }

  retryNow(): void {
    this.#socket?.retryNow();
    this.#socket?.start();
  }

  /** Null while there is no visitor to write in the name of. */
  put(letter: Unsigned): Item | null {
    return this.outbox?.put(letter) ?? null;
  }

  /** False when there is no connection. */
  post(command: Draft<VisitorCommand>): boolean {
    return this.#socket?.post(command) ?? false;
  }

  /** @throws Refused, Disconnected */
  request(command: Draft<VisitorCommand>): Promise<AnyEvent> {
    return this.#socket?.request(command) ?? Promise.reject(new Disconnected());
  }

  async #connect(): Promise<void> {
    this.unmade.set(false);
    try {
      this.#visitor = await obtain(this.site, this.shelf, this.#exclusively, this.#identity);
    } catch (error) {
      if (!(error instanceof NotMade)) throw error;
      this.unmade.set(true);
      return;
    }
    this.#openOutbox(this.#visitor);
    this.#socket = this.#openSocket(this.#visitor);
    this.#socket.start();
  }

  #openSocket({ token }: Visitor): Socket<VisitorCommand> {
    const socket = new Socket<VisitorCommand>({
      url: socketUrl("/ws/visitor"),
      hello: () => ({ site: this.site, token, cursors: this.ends.cursors() }),
    });
    socket.listen((event) => this.ends.receive(event));
    socket.connection.subscribe((connection) => {
      this.outbox?.setOnline(connection.state === "online");
      if (connection.state === "online") this.ends.online();
      if (connection.reason === "signed_out") this.#startOver();
      else this.connection.set(connection);
    });
    return socket;
  }

  #openOutbox(visitor: Visitor): void {
    this.outbox?.close();
    this.outbox = new Outbox({
      identity: visitor.visitor_id,
      shelf: this.shelf,
      exclusively: this.#exclusively,
      send: (letter) => this.#deliver(letter),
    });
    this.outbox.items.subscribe((items) => this.ends.follow(items));
    this.ends.kept(this.outbox.items.state);
    this.ends.follow(this.outbox.items.state);
  }

  async #deliver(letter: Letter): Promise<Acked> {
    if (letter.type === "add_note") throw new Disconnected();
    return (await this.request(letter)) as Acked;
  }

  /** `another`: the next visitor is a different person, who gets nothing of what this one wrote. */
  #startOver(another = false): void {
    const items = this.outbox?.items.state ?? [];
    if (another) for (const { client_id } of items) this.outbox?.remove(client_id);
    if (this.#visitor) forget(this.site, this.shelf, this.#visitor);
    this.#visitor = null;
    const socket = this.#socket;
    this.#socket = null;
    socket?.stop();
    this.ends.strange(another ? [] : items.filter(({ state }) => state !== "sent"));
  }
}
