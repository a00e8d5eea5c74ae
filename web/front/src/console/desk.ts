import { deliver } from "../client/deliver";
import { Gaps } from "../client/gaps";
import type { Exclusively } from "../client/locks";
import { Outbox } from "../client/outbox";
import { Disconnected, Refused } from "../client/replies";
import type { Shelf } from "../client/shelf";
import type { Socket } from "../client/socket";
import { Store } from "../client/store";
import { head } from "../client/thread";
import { clockOffset } from "../client/time";
import type { AnyEvent, Draft, StaffCommand } from "../client/wire.gen";
import { apply, follow, lapse, refuse, unfollow } from "./apply";
import { mine } from "./lists";
import { EMPTY, type State } from "./state";

/** As many rows as the server lets one connection watch. */
const WATCHED = 60;
const SETTLE_MS = 200;

export type StaffSocket = Pick<
  Socket<StaffCommand>,
  "connection" | "listen" | "request" | "post" | "online" | "retryNow"
>;

/**
 * The console's life: the state kept in step with the server, the conversations that are followed,
 * and what one writes. One's own chats are always followed, so that changing between them is
 * instant and each knows what is unread.
 */
export class Desk {
  readonly state = new Store<State>(EMPTY);
  readonly outbox: Outbox;
  /** Add it to `Date.now()` to have the server's time, in ms. */
  offset_ms = 0;
  readonly #socket: StaffSocket;
  readonly #gaps: Gaps;
  #selected: string | null = null;
  #rows: readonly string[] = [];
  #watched = "";
  #settle: ReturnType<typeof setTimeout> | undefined;

  /** @param staff_id whose letters the outbox keeps */
  constructor(socket: StaffSocket, staff_id: string, shelf: Shelf, exclusively: Exclusively) {
    this.#socket = socket;
    this.#gaps = new Gaps((command) => socket.request(command));
    this.outbox = new Outbox({
      identity: staff_id,
      shelf,
      exclusively,
      send: (letter) => deliver(socket, letter),
    });
    socket.listen((event) => this.#take(event));
    socket.connection.subscribe(({ state }) => this.#connected(state === "online"));
  }

  /** Which conversation is on screen; it is followed as long as it is. */
  select(conversation_id: string | null): void {
    if (this.#selected === conversation_id) return;
    this.#selected = conversation_id;
    this.#followAll();
  }

  /** Which conversations stand on screen as rows, for their previews. */
  watch(conversation_ids: readonly string[]): void {
    this.#rows = conversation_ids;
    // Scrolling changes them many times a second.
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => this.#watchRows(), SETTLE_MS);
  }

  /**
   * Asks the server for something and waits.
   * @throws Refused, Disconnected
   */
  ask(command: Draft<StaffCommand>): Promise<AnyEvent> {
    return this.#socket.request(command);
  }

  /** Sends a sign that may be lost: typing, seen. */
  sign(command: Draft<StaffCommand>): void {
    this.#socket.post(command);
  }

  /** The page of history before what is on screen, of both threads. */
  async fetchOlder(conversation_id: string): Promise<void> {
    const followed = this.state.state.followed[conversation_id];
    if (!followed) return;
    await this.#gaps.older([followed.public, followed.staff]);
  }

  /** Opens a conversation again after the server refused it. */
  reopen(conversation_id: string): void {
    this.state.update((state) => unfollow(state, conversation_id));
    this.#followAll();
  }

  /** To be called about once a second. */
  tick(now_ms: number): void {
    this.state.update((state) => lapse(state, now_ms));
  }

  #take(event: AnyEvent): void {
    if (event.type === "staff_welcomed") this.offset_ms = clockOffset(event.at, Date.now());
    const before = this.state.state;
    this.state.update((state) => apply(state, event));
    if (event.type === "conversation_changed") this.#changed(before, event.summary.conversation_id);
    else if (event.type === "entry_appended" || event.type === "entries_fetched") {
      this.#fill(event.conversation_id);
    }
  }

  /**
   * The snapshot is applied before the socket counts as online: now the threads on screen go on
   * from their cursors, and then what was written meanwhile goes out.
   */
  #connected(online: boolean): void {
    if (online) {
      this.#gaps.forget();
      this.#watched = "";
      const wanted = this.#wanted();
      for (const id of Object.keys(this.state.state.followed)) if (wanted.has(id)) this.#open(id);
      this.#followAll();
      this.#watchRows();
    }
    this.outbox.setOnline(online);
  }

  #changed(before: State, id: string): void {
    this.#followAll();
    const became = isMine(this.state.state, id) && !isMine(before, id);
    // The server counts as seen only what is read in a conversation that was opened as one's own.
    if (became && before.followed[id] && this.#socket.online) this.#open(id);
  }

  #wanted(): Set<string> {
    const ids = new Set(mine(this.state.state).map((row) => row.conversation_id));
    if (this.#selected) ids.add(this.#selected);
    return ids;
  }

  #followAll(): void {
    if (!this.#socket.online) return;
    const wanted = this.#wanted();
    const followed = this.state.state.followed;
    for (const id of wanted) if (!followed[id]) this.#open(id);
    for (const id of Object.keys(followed)) if (!wanted.has(id)) this.#leave(id);
  }

  #open(id: string): void {
    this.state.update((state) => follow(state, id));
    const followed = this.state.state.followed[id];
    const cursor = {
      conversation_id: id,
      public: followed ? head(followed.public) : 0,
      staff: followed ? head(followed.staff) : 0,
    };
    this.ask({ type: "open_conversation", cursor }).catch((error: unknown) => {
      if (error instanceof Refused) this.state.update((state) => refuse(state, id, error.code));
      else if (!(error instanceof Disconnected)) throw error;
      // Without an answer the next welcome opens it again.
    });
  }

  #leave(id: string): void {
    this.state.update((state) => unfollow(state, id));
    this.sign({ type: "leave_conversation", conversation_id: id });
  }

  #watchRows(): void {
    const followed = this.state.state.followed;
    const ids = this.#rows.filter((id) => !followed[id]).slice(0, WATCHED);
    const key = ids.join();
    if (key === this.#watched || !this.#socket.online) return;
    this.#watched = key;
    this.sign({ type: "watch_rows", conversation_ids: ids });
  }

  /** Asks for what a thread misses, until nothing is. */
  #fill(conversation_id: string): void {
    const followed = this.state.state.followed[conversation_id];
    if (followed) this.#gaps.fill([followed.public, followed.staff]);
  }
}

function isMine(state: State, id: string): boolean {
  const row = state.rows[id];
  return row?.live === "assigned" && row.assignee?.id === state.me?.id;
}
