import { useEffect } from "preact/hooks";
import { useStore } from "../client/store";
import type { ConversationSummary } from "../client/wire.gen";
import { mayMove } from "./conversation";
import type { Open } from "./dialogs";
import { type Act, actOf } from "./keys";
import { type ListName, mine } from "./lists";
import type { State } from "./state";
import { useAct, useWorkplace } from "./workplace";

/** Where the panes are shown one at a time; the same width stands in console.css. */
const NARROW = "(max-width: 46rem)";

interface ShortcutsProps {
  state: State;
  summary: ConversationSummary | null;
  list: ListName;
  onList: (list: ListName) => void;
  onDialog: (open: Open) => void;
}

/** The keyboard's part of the screen; draws nothing. */
export function Shortcuts({ state, summary, onList, onDialog }: ShortcutsProps) {
  const { places, calls, preferences } = useWorkplace();
  const { keys } = useStore(preferences.liking);
  const { act } = useAct();
  const conversation_id = summary?.conversation_id;
  const may = summary !== null && mayMove(state, summary);

  const take = () => {
    const [offer] = state.offers;
    if (offer) {
      const id = offer.conversation.conversation_id;
      void act({ type: "accept_offer", offer_id: offer.offer_id }, () => places.open(id));
    } else if (conversation_id && summary?.live !== "ended" && !summary?.assignee) {
      void act({ type: "take_conversation", conversation_id }, () => calls.send("reply"));
    }
  };
  /** On a wide screen only what lies over the thread is closed, never the thread itself. */
  const back = () => {
    const { pane } = places.place.state;
    if (pane === "customer" || (pane === "thread" && matchMedia(NARROW).matches)) places.back();
  };
  const turn = (by: 1 | -1) => {
    const id = neighbour(state, conversation_id, by);
    if (id) places.open(id);
  };
  const search = () => {
    onList("all");
    // The field is drawn with the list.
    requestAnimationFrame(() => document.getElementById("search")?.focus());
  };
  const away = () => {
    (document.activeElement as HTMLElement | null)?.blur();
    document.querySelector<HTMLElement>(".row[data-selected] .row-main")?.focus();
  };

  const deeds: Record<Act, () => void> = {
    next: () => step(1),
    previous: () => step(-1),
    next_chat: () => turn(1),
    previous_chat: () => turn(-1),
    mine: () => onList("mine"),
    unassigned: () => onList("unassigned"),
    all: () => onList("all"),
    search,
    reply: () => calls.send("reply"),
    note: () => calls.send("note"),
    whisper: () => calls.send("whisper"),
    take,
    decline: () => calls.send("decline"),
    transfer: () => may && onDialog("transfer"),
    end: () => may && onDialog("end"),
    requeue: () => may && summary.live === "assigned" && onDialog("requeue"),
    customer: () => places.customer(),
    away,
    keys: () => onDialog("keys"),
    back,
  };
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]"))
        return;
      const deed = actOf(event, isField(event.target), keys);
      if (!deed) return;
      event.preventDefault();
      deeds[deed]();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  });
  return null;
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== "radio";
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Moves the focus along the rows on screen. */
function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>(".row-main")];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const from = at >= 0 ? at : rows.findIndex((row) => row.getAttribute("aria-current") === "true");
  const to = from < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, from + by));
  rows[to]?.focus();
}

/** The chat after or before this one among one's own, around the end. */
function neighbour(state: State, id: string | undefined, by: 1 | -1): string | undefined {
  const own = mine(state).map((row) => row.conversation_id);
  if (own.length === 0) return undefined;
  const at = id ? own.indexOf(id) : -1;
  if (at < 0) return by === 1 ? own[0] : own.at(-1);
  return own[(at + by + own.length) % own.length];
}
