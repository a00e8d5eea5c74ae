import { Drafts } from "../../client/drafts";
import type { Shelf } from "../../client/shelf";
import { Store } from "../../client/store";
import type { SiteView } from "../../client/wire.gen";
import type { Page, Person, ToPanel } from "../bridge";
import { Frame } from "./frame";

type Screens = typeof import("./talk/screens");

/** The second half: the conversation's screens, and the panel that runs the conversation. */
export interface Talk {
  screens: Screens;
  panel: InstanceType<Screens["Panel"]>;
}

export interface Shown {
  open: boolean;
  /** The page asked for focus so many times; another one asks again. */
  focus: number;
  /** There is a conversation, or most likely one: it was there before this page was loaded. */
  talking: boolean;
  /** Show the start form although there is a conversation. */
  fresh: boolean;
  /** The `client_id` of a first message on its way. */
  starting: string | null;
  /** Neither site nor conversation can be had now. */
  stuck: boolean;
  /** Why a first message was refused. */
  problem: string;
}

/** What the start form holds; kept as a draft. */
export interface Form {
  body: string;
  name: string;
  email: string;
  topic: string;
}

/**
 * The first half of the panel: enough to draw the start form, and the line to the page.
 *
 * It is small, so that opening the widget costs little. What a conversation needs comes in a second
 * script, asked for at once; until then a message that is sent waits.
 */
export class Entrance {
  readonly site = new Store<SiteView | null>(null);
  readonly talk = new Store<Talk | null>(null);
  readonly shown: Store<Shown>;
  readonly form: Store<Form>;
  readonly drafts: Drafts;
  readonly frame: Frame;
  readonly person = new Store<Person>({});
  page: Page = { url: document.referrer, title: "", language: "", attributes: {} };
  #focused = 0;
  #loading: Promise<Talk | null> | null = null;

  constructor(
    readonly key: string,
    readonly shelf: Shelf,
  ) {
    this.drafts = new Drafts(shelf, key);
    this.form = new Store({ body: "", name: "", email: "", topic: "", ...this.#draft() });
    this.form.subscribe((form) => this.drafts.set("start", JSON.stringify(form)));
    this.shown = new Store<Shown>({
      open: false,
      focus: 0,
      talking: shelf.get(this.#flag) !== null,
      fresh: false,
      starting: null,
      stuck: false,
      problem: "",
    });
    this.frame = new Frame((message) => this.#hear(message));
    if (!this.frame.framed) this.#open(true);
  }

  show(change: Partial<Shown>): void {
    this.shown.update((shown) => ({ ...shown, ...change }));
  }

  /** Notes whether there is a conversation, for this page and for the next one's first sight. */
  setTalking(talking: boolean): void {
    if (talking) this.shelf.set(this.#flag, "1");
    else this.shelf.remove(this.#flag);
    if (talking !== this.shown.state.talking) this.show({ talking });
    this.frame.tell({ frontdesk: "conversation", exists: talking });
  }

  /** Asks for the site and for the second half, also again after a failure. */
  async load(): Promise<void> {
    this.show({ stuck: false });
    void this.#askSite();
    await this.#half();
  }

  /** Sends the form as the first message. `leave`: as a message to be answered later. */
  async start(form: Form, leave: boolean): Promise<void> {
    this.show({ problem: "" });
    const talk = await this.#half();
    if (!talk) return;
    await talk.panel.start(form, leave);
  }

  /** True once for each time that the page asked for focus. */
  takeFocus(): boolean {
    const wanted = this.shown.state.focus > this.#focused;
    this.#focused = this.shown.state.focus;
    return wanted;
  }

  close(): void {
    this.talk.state?.panel.typist.stop();
    this.frame.tell({ frontdesk: "close" });
  }

  async #askSite(): Promise<void> {
    if (this.site.state) return;
    const answer = await fetch(`/api/sites/${encodeURIComponent(this.key)}`).catch(() => null);
    // The welcome brings the site too, and a newer one.
    if (answer?.ok && !this.site.state) this.site.set((await answer.json()) as SiteView);
  }

  #half(): Promise<Talk | null> {
    this.#loading ??= this.#loadHalf();
    return this.#loading;
  }

  async #loadHalf(): Promise<Talk | null> {
    for (let tries = 0; tries < 4; tries++) {
      try {
        const screens = await import("./talk/screens");
        const talk = { screens, panel: new screens.Panel(this) };
        this.talk.set(talk);
        return talk;
      } catch {
        await new Promise((go) => setTimeout(go, 1_000));
      }
    }
    this.#loading = null;
    this.show({ stuck: true });
    return null;
  }

  #hear(message: ToPanel): void {
    // A loader that a browser has kept from before says less.
    if ("page" in message) this.page = { ...this.page, ...message.page };
    if ("person" in message) this.#know(message.person);
    if (message.frontdesk === "opened") this.#open(message.focus);
    else if (message.frontdesk === "hello" && message.open) this.#open(message.focus);
    else if (message.frontdesk === "closed") this.show({ open: false });
  }

  #know(person: Person): void {
    const { name = "", email = "" } = person;
    this.form.update((form) => ({ ...form, name: name || form.name, email: email || form.email }));
    this.person.set(person);
  }

  #open(focus: boolean): void {
    this.show({ open: true, focus: this.shown.state.focus + (focus ? 1 : 0) });
  }

  #draft(): Partial<Form> {
    try {
      return JSON.parse(this.drafts.get("start") || "{}") as Partial<Form>;
    } catch {
      return {};
    }
  }

  get #flag(): string {
    return `frontdesk.talking.${this.key}`;
  }
}
