import { deliver } from "../client/deliver";
import { Gaps } from "../client/gaps";
import type { Item } from "../client/letters";
import type { Exclusively } from "../client/locks";
import { Outbox } from "../client/outbox";
import { Disconnected, Refused } from "../client/replies";
import type { Shelf } from "../client/shelf";
import type { Socket } from "../client/socket";
import { Store } from "../client/store";
import { head } from "../client/thread";
import type { AnyEvent, Availability, StaffCommand } from "../client/wire.gen";
import * as alerts from "./alerts";
import * as history from "./history";
import type { Opened } from "./opened";
import { type Act, apply, EMPTY, type State } from "./state";

/** After a refusal that will pass, such as too many commands at once. */
const RETRY_MS = 2_000;

/** What the board needs of a socket. */
export type StaffSocket = Pick<
  Socket<StaffCommand>,
  "connection" | "listen" | "request" | "post" | "online"
>;

/** Where a chat can be sent: exactly one of the two. */
export type Target = { readonly team_id: string } | { readonly staff_id: string };

/**
 * The board's life: watches the desk while there is a connection, follows the one conversation
 * that is open, and does what the supervisor asks for.
 */
export class Lookout {
  readonly state: Store<State>;
  readonly outbox: Outbox;
  readonly #socket: StaffSocket;
  readonly #tab: Shelf;
  readonly #gaps: Gaps;

  /** @param staff_id whose whispers the outbox keeps @param tab keeps the sparklines over a reload */
  constructor(
    socket: StaffSocket,
    staff_id: string,
    shelf: Shelf,
    exclusively: Exclusively,
    tab: Shelf,
  ) {
    this.#socket = socket;
    this.#gaps = new Gaps((command) => socket.request(command));
    this.#tab = tab;
    this.state = new Store<State>({
      ...EMPTY,
      history: history.restore(tab),
      alerts: alerts.restore(tab),
    });
    this.outbox = new Outbox({
      identity: staff_id,
      shelf,
      exclusively,
      send: (letter) => deliver(socket, letter),
    });
    socket.listen((event) => this.#take(event));
    socket.connection.subscribe(({ state }) => this.#connected(state === "online"));
  }

  /** Follows a conversation's both threads until another is opened or it is closed. */
  open(conversation_id: string): void {
    if (this.#opened?.conversation_id === conversation_id && !this.#opened.refused) return;
    this.#leave();
    this.act({ type: "chat_chosen", conversation_id });
    if (this.#socket.online) this.#follow();
  }

  /** Asks once more for the conversation that was refused. */
  reopen(): void {
    const refused = this.#opened?.conversation_id;
    if (refused) this.open(refused);
  }

  close(): void {
    this.#leave();
    this.act({ type: "chat_left" });
  }

  /** To be called before the page goes: a reload then goes on where it was. */
  rest(): void {
    history.preserve(this.#tab, this.state.state.history);
    alerts.preserve(this.#tab, this.state.state.alerts);
  }

  act(act: Act): void {
    this.state.update((state) => apply(state, act, Date.now()));
  }

  /** Writes to the staff of a conversation; `whisper` to the agent who holds it. */
  write(conversation_id: string, body: string, whisper: boolean): Item {
    return this.outbox.put({ type: "add_note", conversation_id, body, whisper });
  }

  /** @throws Refused, Disconnected */
  async setAvailability(staff_id: string, availability: Availability): Promise<void> {
    await this.#socket.request({ type: "set_availability", staff_id, availability });
  }

  /** @throws Refused, Disconnected */
  async take(conversation_id: string): Promise<void> {
    await this.#socket.request({ type: "take_conversation", conversation_id });
  }

  /** @throws Refused, Disconnected */
  async rank(conversation_id: string, priority: number): Promise<void> {
    await this.#socket.request({ type: "set_priority", conversation_id, priority });
  }

  /** @throws Refused, Disconnected */
  async reassign(conversation_id: string, target: Target, note: string): Promise<void> {
    await this.#socket.request({ type: "transfer_conversation", conversation_id, ...target, note });
  }

  /** The page of history before what the open conversation shows. */
  async fetchOlder(): Promise<void> {
    const opened = this.#opened;
    if (!opened) return;
    await this.#gaps.older([opened.public, opened.staff]);
  }

  get #opened(): Opened | null {
    return this.state.state.opened;
  }

  #take(event: AnyEvent): void {
    this.state.update((state) => apply(state, event, Date.now()));
    if (event.type === "entry_appended" || event.type === "entries_fetched") this.#fill();
  }

  #connected(online: boolean): void {
    if (online) {
      this.#gaps.forget();
      void this.#watch();
      this.#follow();
    }
    this.outbox.setOnline(online);
  }

  async #watch(): Promise<void> {
    try {
      await this.#socket.request({ type: "watch_board", on: true });
    } catch (error) {
      if (error instanceof Refused) this.#unshown(error);
      else if (!(error instanceof Disconnected)) throw error;
      // Without an answer the next connection asks again.
    }
  }

  #unshown(refusal: Refused): void {
    if (refusal.code === "forbidden") this.act({ type: "board_forbidden" });
    else setTimeout(() => this.#socket.online && this.#watch(), refusal.retry_after_ms ?? RETRY_MS);
  }

  #follow(): void {
    const opened = this.#opened;
    if (!opened) return;
    const { conversation_id } = opened;
    const cursor = { conversation_id, public: head(opened.public), staff: head(opened.staff) };
    this.#socket.request({ type: "open_conversation", cursor }).catch((error: unknown) => {
      if (error instanceof Refused) {
        this.act({ type: "chat_refused", conversation_id, code: error.code });
      } else if (!(error instanceof Disconnected)) throw error;
    });
  }

  #leave(): void {
    const conversation_id = this.#opened?.conversation_id;
    if (conversation_id) this.#socket.post({ type: "leave_conversation", conversation_id });
  }

  /** Asks for what a thread misses, until nothing is. */
  #fill(): void {
    const opened = this.#opened;
    if (opened) this.#gaps.fill([opened.public, opened.staff]);
  }
}
