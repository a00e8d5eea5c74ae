import { freshId } from "./ids";
import type { AddNote, Code, Draft, SendMessage, StartConversation, Thread } from "./wire.gen";

/** What can wait in an outbox: everything that carries a `client_id`. */
export type Letter = Draft<SendMessage> | Draft<AddNote> | Draft<StartConversation>;
/** A letter before the outbox gave it its `client_id`. */
export type Unsigned = Letter extends infer L
  ? L extends Letter
    ? Omit<L, "client_id">
    : never
  : never;

/**
 * waiting: not sent, or sent and not known to have arrived · sending: under way now ·
 * sent: durable, the thread will show it · failed: refused for good, until retried or removed.
 */
export type LetterState = "waiting" | "sending" | "sent" | "failed";

export interface Item {
  readonly client_id: string;
  readonly letter: Letter;
  /** When it was written, ms since the epoch; also the order in which letters go out. */
  readonly at: number;
  readonly state: LetterState;
  /** Empty until a first message is acked, for the conversation has no id before. */
  readonly conversation_id: string;
  readonly thread: Thread;
  readonly seq: number | null;
  readonly attempts: number;
  readonly code: Code | null;
  readonly message: string;
}

/** A letter as it is put into the outbox. `at` is in ms since the epoch. */
export function write(unsigned: Unsigned, at: number): Item {
  const client_id = freshId(at);
  const letter = { ...unsigned, client_id } as Letter;
  return {
    client_id,
    letter,
    at,
    state: "waiting",
    conversation_id: "conversation_id" in letter ? letter.conversation_id : "",
    thread: letter.type === "add_note" ? "staff" : "public",
    seq: null,
    attempts: 0,
    code: null,
    message: "",
  };
}

export function isDue(item: Item): boolean {
  return item.state === "waiting";
}

/** Null for what is not an item of ours: another version's, or damaged. */
export function parse(text: string | null): Item | null {
  try {
    const item = JSON.parse(text ?? "null") as Item | null;
    return item?.client_id && item.letter ? item : null;
  } catch {
    return null;
  }
}
