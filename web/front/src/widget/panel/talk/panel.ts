import type { Item } from "../../../client/letters";
import { Sound } from "../../../client/sound";
import { Store } from "../../../client/store";
import { head, missing, older } from "../../../client/thread";
import { LAPSE_MS, Typist } from "../../../client/typing";
import type { AnyEvent, Draft, VisitorCommand } from "../../../client/wire.gen";
import type { Entrance, Form } from "../entrance";
import { faults } from "./faults";
import { first } from "./first";
import { identityOf } from "./identity";
import { Line } from "./line";
import { apply, cursors, type PanelState, seen, UNKNOWN, unread } from "./state";
import { spoken } from "./voice";

const SOUND = "frontdesk.sound";
const PLACE = "frontdesk.place";

/** The widget's conversation: what is known, what is on its way, and what the customer can do. */
export class Panel {
  readonly state = new Store<PanelState>(UNKNOWN);
  readonly items = new Store<readonly Item[]>([]);
  readonly line: Line;
  /** The customer wants to write in an ended conversation once more. */
  readonly reopening = new Store(false);
  readonly audible: Store<boolean>;
  readonly typist = new Typist((typing) => this.#about("set_typing", { typing }));
  readonly #sound: Sound;
  #atEnd = true;
  /** The newest entry that is no news. */
  #known = 0;
  #lapse: ReturnType<typeof setTimeout> | undefined;
  #asked = "";

  constructor(readonly entrance: Entrance) {
    this.line = new Line(entrance.key, entrance.shelf, {
      cursors: () => cursors(this.state.state),
      receive: (event) => this.#receive(event),
      kept: (items) => this.#resume(items),
      follow: (items) => this.#follow(items),
      online: () => this.#look(),
      strange: (unsent) => this.#startOver(unsent),
    });
    this.audible = new Store(entrance.shelf.get(SOUND) !== "off");
    this.#sound = new Sound(this.audible.state);
    entrance.person.subscribe(() => this.#identify());
    this.#identify();
    entrance.shown.subscribe(() => this.#woken());
    document.addEventListener("visibilitychange", () => this.#look());
    this.#woken();
  }

  /** Makes sure that there is a visitor, and connects. */
  connect(): Promise<void> {
    return this.line.connect();
  }

  /** Sends the form as the first message, unless it has faults. `leave`: to be answered later. */
  async start(form: Form, leave: boolean): Promise<void> {
    if (Object.keys(faults(form)).length > 0) return;
    await this.connect();
    const item = this.line.put(first(form, this.entrance.page, leave, navigator.language));
    if (!item) return;
    const email = form.email.trim();
    if (email) this.state.update((state) => ({ ...state, email }));
    this.entrance.show({ starting: item.client_id, fresh: false });
    this.entrance.form.update((kept) => ({ ...kept, body: "", topic: "" }));
  }

  /** The conversation under way. Before the first welcome it is the one that an earlier page knew of. */
  get place(): string | null {
    const { site, ticket } = this.state.state;
    return site ? (ticket?.conversation_id ?? null) : this.entrance.shelf.get(this.#placed);
  }

  say(body: string): void {
    const conversation_id = this.place;
    if (!conversation_id) return;
    this.typist.stop();
    this.line.put({ type: "send_message", conversation_id, body });
    this.reopening.set(false);
  }

  retry(client_id: string): void {
    this.line.outbox?.retry(client_id);
  }

  remove(client_id: string): void {
    this.line.outbox?.remove(client_id);
  }

  /** @throws Refused, Disconnected — as `joinQueue`, `end`, `rate` and `setContact` do. */
  leaveQueue(): Promise<unknown> {
    return this.#request("leave_queue", {});
  }

  joinQueue(): Promise<unknown> {
    return this.#request("join_queue", {});
  }

  end(): Promise<unknown> {
    return this.#request("end_conversation", {});
  }

  rate(score: number, comment: string): Promise<unknown> {
    return this.#request("rate_conversation", { score, comment });
  }

  async setContact(email: string): Promise<void> {
    const name = this.state.state.visitor?.name ?? "";
    await this.line.request({ type: "set_contact", name, email });
    this.state.update((state) => ({ ...state, email }));
  }

  setSound(on: boolean): void {
    this.audible.set(on);
    this.#sound.on = on;
    this.entrance.shelf.set(SOUND, on ? "on" : "off");
    this.#sound.play("message");
  }

  atEnd(atEnd: boolean): void {
    this.#atEnd = atEnd;
    this.#look();
  }

  /** Asks for the page of history before what is shown, once. */
  older(): void {
    const { thread } = this.state.state;
    this.#fetch(thread && older(thread));
  }

  /** Our visitor is not known any more: be a new one, and keep what was not sent as a draft. */
  #startOver(unsent: readonly Item[]): void {
    const { form } = this.entrance;
    const kept = [...unsent.map((item) => item.letter.body), form.state.body].filter(Boolean);
    form.update((known) => ({ ...known, body: kept.join("\n") }));
    this.state.set(UNKNOWN);
    this.#note(null);
    this.entrance.setTalking(false);
    this.entrance.show({ starting: null, fresh: false });
    void this.connect();
  }

  /** A first message that a reload found on its way is waited for again. */
  #resume(items: readonly Item[]): void {
    const first = items.find(
      ({ letter, state }) => letter.type === "start_conversation" && state !== "sent",
    );
    if (first) this.entrance.show({ starting: first.client_id });
  }

  /** Keeps up with the outbox; a refused first message goes back into the form. */
  #follow(items: readonly Item[]): void {
    this.items.set(items);
    const { shown, form } = this.entrance;
    const first = items.find((item) => item.client_id === shown.state.starting);
    if (first?.state !== "failed" || first.letter.type !== "start_conversation") return;
    const { body, topic = "" } = first.letter;
    form.update((known) => ({ ...known, body: known.body || body, topic: known.topic || topic }));
    this.entrance.show({
      starting: null,
      problem: `${spoken.say("form.failed")} ${first.message}`,
    });
    this.line.outbox?.remove(first.client_id);
  }

  #receive(event: AnyEvent): void {
    const before = this.state.state;
    const next = apply(before, event);
    this.state.set(next);
    if (event.type === "visitor_welcomed") this.#welcomed(next);
    if (event.type === "typing_changed") this.#letLapse();
    if (event.type === "entry_appended") this.#announce(event.entry.seq, next);
    if (before.ticket?.live !== "ended" && next.ticket?.live === "ended" && before.ticket) {
      this.entrance.frame.tell({ frontdesk: "ended" });
    }
    this.#settle(next);
    this.#fetch(next.thread && missing(next.thread));
    this.#look();
  }

  #welcomed(state: PanelState): void {
    this.#known = state.ticket?.public_head ?? 0;
    this.#asked = "";
    const { visitor, email } = state;
    this.entrance.form.update((form) => ({
      ...form,
      name: form.name || (visitor?.name ?? ""),
      email: form.email || email,
    }));
    this.#identify();
  }

  /** The first message has become a conversation; an ended one goes on. */
  #settle({ site, ticket }: PanelState): void {
    if (site) this.entrance.site.set(site);
    this.entrance.setTalking(ticket !== null);
    const { starting } = this.entrance.shown.state;
    const first = starting === null ? undefined : this.line.outbox?.find(starting);
    if (ticket && first?.conversation_id === ticket.conversation_id) {
      this.entrance.show({ starting: null });
    }
    if (ticket && ticket.live !== "ended") this.reopening.set(false);
    this.#note(ticket && ticket.live !== "ended" ? ticket.conversation_id : null);
  }

  /** For the next page, which may have to do without a connection. */
  #note(conversation_id: string | null): void {
    const { shelf } = this.entrance;
    if (shelf.get(this.#placed) === conversation_id) return;
    if (conversation_id) shelf.set(this.#placed, conversation_id);
    else shelf.remove(this.#placed);
  }

  get #placed(): string {
    return `${PLACE}.${this.entrance.key}`;
  }

  #announce(seq: number, state: PanelState): void {
    const entry = state.thread?.entries.find((known) => known.seq === seq);
    if (seq <= this.#known || entry?.kind !== "message" || entry.author.kind !== "staff") return;
    this.#known = seq;
    this.entrance.frame.tell({ frontdesk: "message" });
    if (!this.#watched() || !document.hasFocus()) this.#sound.play("message");
  }

  /** What is under way, a left message too, goes on as who began it; the identity counts afterwards. */
  #identify(): void {
    const { person, form } = this.entrance;
    const { reset, name = "", email = "" } = person.state;
    const identity = identityOf(person.state);
    if (reset || this.line.isAnother(identity)) form.set({ body: "", name, email, topic: "" });
    if (reset) {
      person.set({});
      this.line.forget();
    } else void this.line.identify(identity, () => this.#busy());
  }

  #busy(): boolean {
    const { ticket } = this.state.state;
    const begun = ticket !== null && ticket.live !== "ended";
    return begun || this.entrance.shown.state.starting !== null;
  }

  #letLapse(): void {
    clearTimeout(this.#lapse);
    this.#lapse = setTimeout(
      () => this.state.update((state) => ({ ...state, typing: null })),
      LAPSE_MS,
    );
  }

  /** Marks as seen what is on screen, and tells the page how much is not. */
  #look(): void {
    const state = this.state.state;
    const last = state.thread ? head(state.thread) : 0;
    if (this.#watched() && this.#atEnd && last > state.ownSeen) {
      if (this.#about("mark_seen", { seq: last })) this.state.set(seen(state, "customer", last));
    }
    this.entrance.frame.tell({ frontdesk: "unread", n: unread(this.state.state) });
  }

  #watched(): boolean {
    const { open, fresh } = this.entrance.shown.state;
    return open && !fresh && document.visibilityState === "visible";
  }

  #fetch(wanted: ReturnType<typeof missing>): void {
    if (!wanted) return;
    const asked = `${wanted.conversation_id}.${wanted.before}`;
    if (asked === this.#asked || !this.line.post({ type: "fetch_entries", ...wanted })) return;
    this.#asked = asked;
  }

  #about(type: "set_typing" | "mark_seen", fields: object): boolean {
    const conversation_id = this.state.state.ticket?.conversation_id;
    if (!conversation_id) return false;
    return this.line.post({ type, conversation_id, ...fields } as Draft<VisitorCommand>);
  }

  async #request(type: VisitorCommand["type"], fields: object): Promise<unknown> {
    const conversation_id = this.state.state.ticket?.conversation_id;
    const command = { type, conversation_id, ...fields } as Draft<VisitorCommand>;
    return this.line.request(command);
  }

  /** A panel that was loaded for its badge alone makes no visitor before it is opened. */
  #woken(): void {
    const { open } = this.entrance.shown.state;
    const wanted = open || this.line.known;
    if (wanted && this.line.idle) void this.connect();
    this.#look();
  }
}
