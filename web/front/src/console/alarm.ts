import { nameOf } from "../client/names";
import type { Preferences } from "../client/preferences";
import { Sound } from "../client/sound";
import type { Desk } from "./desk";
import { mine, unread } from "./lists";
import { type News, news } from "./news";
import type { Places } from "./place";
import type { State } from "./state";

/** How often an unanswered offer rings, in ms. */
const RING_MS = 4_000;
const FLASH_MS = 1_000;
const TITLE = "Console · Frontdesk";

/**
 * Calls the person: a sound, the window's title, and a notification while nobody looks at the page.
 * An offer rings until it is answered or over.
 */
export class Alarm {
  readonly #desk: Desk;
  readonly #preferences: Preferences;
  readonly #places: Places;
  readonly #sound: Sound;
  readonly #shown = new Map<string, Notification>();
  #before: State;
  #ringing: ReturnType<typeof setInterval> | undefined;
  #flash = false;

  constructor(desk: Desk, preferences: Preferences, places: Places) {
    this.#desk = desk;
    this.#preferences = preferences;
    this.#places = places;
    this.#sound = new Sound(preferences.liking.state.sound);
    this.#before = desk.state.state;
  }

  start(): void {
    this.#preferences.liking.subscribe(({ sound }) => {
      this.#sound.on = sound;
    });
    this.#desk.state.subscribe((state) => this.#changed(state));
    document.addEventListener("visibilitychange", () => this.#attended());
    setInterval(() => this.#title(), FLASH_MS);
  }

  #changed(state: State): void {
    const told = news(this.#before, state);
    this.#before = state;
    for (const one of told) this.#tell(one);
    this.#ring(state.offers.length > 0);
    if (state.offers.length === 0) this.#shown.get("offer")?.close();
  }

  #tell(one: News): void {
    if (one.type === "offered") {
      const { conversation } = one.offer;
      this.#notify(
        "offer",
        `${nameOf(conversation.customer)} would like to chat`,
        conversation.subject,
        "",
      );
    } else if (one.type === "assigned") {
      this.#sound.play("offer");
      this.#notify(
        one.row.conversation_id,
        `New chat: ${nameOf(one.row.customer)}`,
        one.row.subject,
      );
    } else if (!this.#looksAt(one.row.conversation_id)) {
      this.#sound.play("message");
      this.#notify(one.row.conversation_id, nameOf(one.row.customer), one.text);
    }
  }

  #ring(on: boolean): void {
    if (on === (this.#ringing !== undefined)) return;
    clearInterval(this.#ringing);
    this.#ringing = undefined;
    if (!on) return;
    this.#sound.play("offer");
    this.#ringing = setInterval(() => this.#sound.play("offer"), RING_MS);
  }

  #looksAt(conversation_id: string): boolean {
    return document.hasFocus() && this.#places.place.state.conversation_id === conversation_id;
  }

  #notify(tag: string, title: string, text: string, conversation_id: string = tag): void {
    if (!document.hidden || typeof Notification === "undefined") return;
    if (Notification.permission !== "granted") return;
    const shown = new Notification(title, { body: text.slice(0, 200), tag });
    shown.onclick = () => {
      window.focus();
      if (conversation_id) this.#places.open(conversation_id);
      shown.close();
    };
    this.#shown.set(tag, shown);
  }

  #attended(): void {
    if (document.hidden) return;
    for (const shown of this.#shown.values()) shown.close();
    this.#shown.clear();
    this.#title();
  }

  /** Unread counts stand in the title; while nobody looks it blinks for an offer. */
  #title(): void {
    const state = this.#desk.state.state;
    const [offer] = state.offers;
    this.#flash = !this.#flash && document.hidden;
    if (offer && this.#flash) {
      document.title = `● ${nameOf(offer.conversation.customer)} waits for you`;
      return;
    }
    const count = mine(state).reduce((sum, row) => sum + unread(state, row), 0);
    document.title =
      count + state.offers.length > 0 ? `(${count + state.offers.length}) ${TITLE}` : TITLE;
  }
}

/** Asks for leave to show notifications, on a press; browsers refuse to be asked otherwise. */
export async function askToNotify(): Promise<boolean> {
  if (typeof Notification === "undefined" || Notification.permission === "denied") return false;
  return (await Notification.requestPermission()) === "granted";
}
