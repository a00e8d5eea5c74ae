/** The keyboard: which key means what. Pure. */

export type Act =
  | "next"
  | "previous"
  | "next_chat"
  | "previous_chat"
  | "mine"
  | "unassigned"
  | "all"
  | "search"
  | "reply"
  | "note"
  | "whisper"
  | "take"
  | "decline"
  | "transfer"
  | "end"
  | "requeue"
  | "customer"
  | "away"
  | "keys"
  | "back";

/** A press, as far as it matters here. */
export interface Press {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

const SINGLE: Readonly<Record<string, Act>> = {
  j: "next",
  k: "previous",
  "1": "mine",
  "2": "unassigned",
  "3": "all",
  "/": "search",
  r: "reply",
  n: "note",
  w: "whisper",
  a: "take",
  d: "decline",
  t: "transfer",
  e: "end",
  b: "requeue",
  c: "customer",
  "?": "keys",
};

/** What a key stands for in the list of keys. */
export const KEYS: readonly {
  title: string;
  keys: readonly { press: string[]; does: string }[];
}[] = [
  {
    title: "Moving",
    keys: [
      { press: ["j", "k"], does: "Next, previous in the list" },
      { press: ["Enter"], does: "Open it" },
      { press: ["Alt ↓", "Alt ↑"], does: "Next, previous of my chats, also while writing" },
      { press: ["1", "2", "3"], does: "Mine, Unassigned, All" },
      { press: ["/"], does: "Search all tickets" },
      { press: ["c"], does: "The customer" },
      { press: ["Esc"], does: "Leave the text, go back" },
    ],
  },
  {
    title: "The open chat",
    keys: [
      { press: ["r"], does: "Reply" },
      { press: ["n"], does: "Internal note" },
      { press: ["w"], does: "Whisper (supervisors)" },
      { press: ["t"], does: "Transfer" },
      { press: ["e"], does: "End" },
      { press: ["b"], does: "Back in line" },
    ],
  },
  {
    title: "New chats",
    keys: [
      { press: ["a"], does: "Accept the offer, else take the open chat" },
      { press: ["d"], does: "Decline the offer" },
    ],
  },
  {
    title: "Writing",
    keys: [
      { press: ["Enter"], does: "Send" },
      { press: ["Shift Enter"], does: "Break the line" },
      { press: ["?"], does: "This list" },
    ],
  },
];

/**
 * What a press asks for; null for nothing.
 *
 * @param writing whether it goes into a field: then only keys that type nothing count
 * @param single whether single keys are wanted as shortcuts
 */
export function actOf(press: Press, writing: boolean, single: boolean): Act | null {
  if (press.ctrlKey || press.metaKey) return null;
  if (press.altKey) {
    if (press.key === "ArrowDown") return "next_chat";
    return press.key === "ArrowUp" ? "previous_chat" : null;
  }
  if (press.key === "Escape") return writing ? "away" : "back";
  if (writing || !single) return null;
  return SINGLE[press.key] ?? null;
}
