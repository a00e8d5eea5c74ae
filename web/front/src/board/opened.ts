/** The one conversation that is open beside the board: both its threads, and who is in it. */

import { newer } from "../client/summaries";
import { apply as applyToThread, emptyThread, type ThreadState } from "../client/thread";
import { LAPSE_MS } from "../client/typing";
import type { AnyEvent, Code, ConversationSummary, Person } from "../client/wire.gen";

export interface Typing {
  readonly person: Person;
  readonly until_ms: number;
}

export interface Opened {
  readonly conversation_id: string;
  /** What the list said when it was chosen, then the newest known; null for one not in the list. */
  readonly summary: ConversationSummary | null;
  readonly public: ThreadState;
  readonly staff: ThreadState;
  /** The server has answered, so what is empty is known to be empty. */
  readonly ready: boolean;
  readonly viewers: readonly Person[];
  readonly typing: readonly Typing[];
  /** Whether the customer is connected; null while nothing was said about it. */
  readonly customer_present: boolean | null;
  /** Why it could not be opened. */
  readonly refused: Code | null;
}

export function choose(conversation_id: string, summary: ConversationSummary | null): Opened {
  return {
    conversation_id,
    summary,
    public: emptyThread(conversation_id, "public"),
    staff: emptyThread(conversation_id, "staff"),
    ready: false,
    viewers: [],
    typing: [],
    customer_present: null,
    refused: null,
  };
}

/** The open conversation after an event; the same object when the event is of another one. */
export function apply(opened: Opened, event: AnyEvent, now_ms: number): Opened {
  if (conversationOf(event) !== opened.conversation_id) return opened;
  switch (event.type) {
    case "conversation_opened":
      return {
        ...withThreads(opened, event),
        summary: newer(opened.summary, event.summary),
        viewers: event.viewers,
        customer_present: event.customer_present,
        ready: true,
        refused: null,
      };
    case "conversation_changed":
      return { ...opened, summary: newer(opened.summary, event.summary) };
    case "entry_appended":
      return {
        ...withThreads(opened, event),
        typing: without(opened.typing, event.entry.author.id),
      };
    case "entries_fetched":
      return withThreads(opened, event);
    case "viewers_changed":
      return { ...opened, viewers: event.viewers };
    case "presence_changed":
      return event.by === "customer" ? { ...opened, customer_present: event.present } : opened;
    case "typing_changed": {
      const others = without(opened.typing, event.person.id);
      const typist = { person: event.person, until_ms: now_ms + LAPSE_MS };
      return { ...opened, typing: event.typing ? [...others, typist] : others };
    }
    default:
      return opened;
  }
}

function withThreads(opened: Opened, event: AnyEvent): Opened {
  return {
    ...opened,
    public: applyToThread(opened.public, event),
    staff: applyToThread(opened.staff, event),
  };
}

function without(typing: readonly Typing[], person_id: string): readonly Typing[] {
  return typing.filter((one) => one.person.id !== person_id);
}

function conversationOf(event: AnyEvent): string | null {
  if ("conversation_id" in event) return event.conversation_id;
  return "summary" in event ? event.summary.conversation_id : null;
}
