import { delay } from "./backoff";
import { type Item, isDue, type Letter, parse, type Unsigned, write } from "./letters";
import type { Exclusively } from "./locks";
import { Disconnected, Refused } from "./replies";
import type { Shelf } from "./shelf";
import { Store } from "./store";
import { type Acked, RETRYABLE } from "./wire.gen";

export interface OutboxOptions {
  /** Whose letters these are: a visitor's or a staff member's id. */
  identity: string;
  shelf: Shelf;
  exclusively: Exclusively;
  /** Sends one letter. @throws Refused, Disconnected */
  send: (letter: Letter) => Promise<Acked>;
  now?: () => number;
  random?: () => number;
}

/** How many sent letters are remembered, so that no bubble flickers before its entry arrives. */
const REMEMBERED = 100;

/**
 * Letters on their way, kept through reloads until the server has them.
 *
 * Each conversation has a lane: its letters go out one after the other in the order they were
 * written, by one tab at a time. An unanswered letter goes out again after a reconnect with the
 * same `client_id`, which the server knows; so nothing is lost and nothing arrives twice.
 */
export class Outbox {
  readonly items = new Store<readonly Item[]>([]);
  readonly #options: Required<OutboxOptions>;
  readonly #lanes = new Set<string>();
  readonly #pauses = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #unwatch: () => void;
  /** Letters that the shelf had no room for: they live in this page only. */
  readonly #unkept = new Set<string>();
  #online = false;

  constructor(options: OutboxOptions) {
    this.#options = { now: Date.now, random: Math.random, ...options };
    this.#reload();
    this.#unwatch = options.shelf.watch(() => {
      this.#reload();
      this.#flush();
    });
  }

  /** Writes a letter down and sends it as soon as may be. */
  put(unsigned: Unsigned): Item {
    const newest = this.items.state.at(-1)?.at ?? 0;
    const at = Math.max(this.#options.now(), newest + 1);
    const item = write(unsigned, at);
    this.#keep(item);
    this.#flush();
    return item;
  }

  /** Sends a failed letter again, with the same `client_id`. */
  retry(client_id: string): void {
    const item = this.find(client_id);
    if (item?.state !== "failed") return;
    this.#keep({ ...item, state: "waiting", attempts: 0, code: null, message: "" });
    this.#flush();
  }

  /** Throws a failed letter away. */
  remove(client_id: string): void {
    if (this.find(client_id)?.state !== "failed") return;
    this.#options.shelf.remove(this.#key(client_id));
    this.items.update((items) => items.filter((item) => item.client_id !== client_id));
  }

  find(client_id: string): Item | undefined {
    return this.items.state.find((item) => item.client_id === client_id);
  }

  /** Says whether there is a connection now. On `true` everything that waits goes out. */
  setOnline(online: boolean): void {
    this.#online = online;
    for (const timer of this.#pauses.values()) clearTimeout(timer);
    this.#pauses.clear();
    if (online) this.#flush();
  }

  close(): void {
    this.setOnline(false);
    this.#unwatch();
  }

  #flush(): void {
    if (!this.#online) return;
    for (const lane of new Set(
      this.items.state.filter(isDue).map((item) => item.conversation_id),
    )) {
      if (!this.#lanes.has(lane) && !this.#pauses.has(lane)) void this.#run(lane);
    }
  }

  async #run(lane: string): Promise<void> {
    this.#lanes.add(lane);
    const name = `outbox.${this.#options.identity}.${lane}`;
    try {
      await this.#options.exclusively(name, () => this.#empty(lane));
    } finally {
      this.#lanes.delete(lane);
    }
    if (this.#next(lane)) this.#flush();
  }

  async #empty(lane: string): Promise<void> {
    // Another tab may have sent some while this one waited for its turn.
    this.#reload();
    for (let item = this.#next(lane); item && this.#online; item = this.#next(lane)) {
      if (!(await this.#deliver(item))) return;
    }
  }

  #next(lane: string): Item | undefined {
    return this.items.state.find((item) => item.conversation_id === lane && isDue(item));
  }

  /** False when the lane has to wait before it goes on. */
  async #deliver(item: Item): Promise<boolean> {
    this.#show({ ...item, state: "sending" });
    try {
      this.#arrived(item, await this.#options.send(item.letter));
      return true;
    } catch (error) {
      if (error instanceof Refused) return this.#refused(item, error);
      this.#keep({ ...item, state: "waiting", attempts: item.attempts + 1 });
      if (error instanceof Disconnected) this.#pause(item.conversation_id, 1_000);
      else throw error;
      return false;
    }
  }

  #arrived(item: Item, acked: Acked): void {
    this.#options.shelf.remove(this.#key(item.client_id));
    const { conversation_id, seq } = acked;
    this.#show({ ...item, state: "sent", conversation_id, seq });
  }

  #refused(item: Item, refusal: Refused): boolean {
    const { code, message, retry_after_ms } = refusal;
    if (!RETRYABLE.has(code)) {
      this.#keep({ ...item, state: "failed", code, message });
      return true;
    }
    const attempts = item.attempts + 1;
    this.#keep({ ...item, state: "waiting", attempts, code, message });
    const wait_ms = retry_after_ms ?? delay(item.attempts, this.#options.random());
    this.#pause(item.conversation_id, wait_ms);
    return false;
  }

  #pause(lane: string, wait_ms: number): void {
    clearTimeout(this.#pauses.get(lane));
    const timer = setTimeout(() => {
      this.#pauses.delete(lane);
      this.#flush();
    }, wait_ms);
    this.#pauses.set(lane, timer);
  }

  /** Takes over what the shelf holds: letters of other tabs, and of this one before a reload. */
  #reload(): void {
    const { shelf } = this.#options;
    const kept = new Map<string, Item>();
    for (const key of shelf.keys(this.#key(""))) {
      const item = parse(shelf.get(key));
      if (item) kept.set(item.client_id, item);
      else shelf.remove(key);
    }
    const known = this.items.state.flatMap((item) =>
      this.#reconcile(item, kept.get(item.client_id)),
    );
    for (const item of known) kept.delete(item.client_id);
    this.#list([...known, ...kept.values()]);
  }

  #reconcile(item: Item, kept: Item | undefined): Item[] {
    if (item.state === "sent" || this.#unkept.has(item.client_id)) return [item];
    if (kept) return [item.state === "sending" ? item : kept];
    // Off the shelf: thrown away if it had failed, else another tab has seen it arrive.
    return item.state === "failed" ? [] : [{ ...item, state: "sent" }];
  }

  #keep(item: Item): void {
    const kept = this.#options.shelf.set(this.#key(item.client_id), JSON.stringify(item));
    if (kept) this.#unkept.delete(item.client_id);
    else this.#unkept.add(item.client_id);
    this.#show(item);
  }

  #show(item: Item): void {
    const others = this.items.state.filter((other) => other.client_id !== item.client_id);
    this.#list([...others, item]);
  }

  #list(items: Item[]): void {
    items.sort((a, b) => a.at - b.at);
    const sent = items.filter((item) => item.state === "sent");
    const forgotten = new Set(sent.slice(0, Math.max(0, sent.length - REMEMBERED)));
    this.items.set(items.filter((item) => !forgotten.has(item)));
  }

  #key(client_id: string): string {
    return `frontdesk.outbox.${this.#options.identity}.${client_id}`;
  }
}
