/** Which chat comes on screen by itself. */

import { useEffect } from "preact/hooks";
import { mine } from "./lists";
import { news } from "./news";
import type { Place } from "./place";
import type { State } from "./state";
import { useWorkplace } from "./workplace";

/**
 * The chat to open after a change: one that has just become one's own, while nothing is open.
 * Of several the one that has waited longest. Null: leave the screen as it is.
 */
export function opens(before: State, after: State, place: Place): string | null {
  if (place.conversation_id !== null) return null;
  const came = news(before, after).flatMap((one) => (one.type === "assigned" ? [one.row] : []));
  return longestWaiting(came) ?? came[0]?.conversation_id ?? null;
}

/** Where to go on after one has ended: one's own chat whose customer has waited longest; null for none. */
export function nextWaiting(state: State, ended: string): string | null {
  return longestWaiting(mine(state).filter((row) => row.conversation_id !== ended));
}

function longestWaiting(
  rows: readonly { conversation_id: string; unanswered_since: string | null }[],
): string | null {
  const waiting = rows
    .flatMap(({ conversation_id, unanswered_since }) =>
      unanswered_since === null ? [] : [{ conversation_id, since: Date.parse(unanswered_since) }],
    )
    .sort((a, b) => a.since - b.since);
  return waiting[0]?.conversation_id ?? null;
}

/** Opens a chat that comes while nothing is open, unless one is writing somewhere. */
export function useOpening(): void {
  const { desk, places } = useWorkplace();
  useEffect(() => {
    let before = desk.state.state;
    return desk.state.subscribe((after) => {
      const id = opens(before, after, places.place.state);
      before = after;
      if (id && !isWriting()) places.open(id);
    });
  }, [desk, places]);
}

/** Something is being typed, or a dialog wants an answer: the focus must stay where it is. */
function isWriting(): boolean {
  if (document.querySelector("dialog[open]")) return true;
  const field = document.activeElement;
  if (field instanceof HTMLTextAreaElement) return field.value !== "";
  return field instanceof HTMLInputElement && field.type !== "radio" && field.value !== "";
}
