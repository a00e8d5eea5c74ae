import {
  apply as applyToThread,
  emptyThread,
  head,
  type ThreadState,
} from "../../../client/thread";
import type { AnyEvent, Person, QueuePlace, SiteView, TicketView } from "../../../client/wire.gen";

/** What the panel knows from the server. Everything it draws follows from this and from what was typed. */
export interface PanelState {
  /** Null until the first welcome. */
  readonly site: SiteView | null;
  readonly visitor: Person | null;
  readonly email: string;
  readonly ticket: TicketView | null;
  readonly thread: ThreadState | null;
  readonly place: QueuePlace | null;
  readonly typing: Person | null;
  /** Whether the agent is connected; null when nobody said so yet. */
  readonly present: boolean | null;
  /** How far the staff, and this customer, have seen the thread. */
  readonly agentSeen: number;
  readonly ownSeen: number;
}

export const UNKNOWN: PanelState = {
  site: null,
  visitor: null,
  email: "",
  ticket: null,
  thread: null,
  place: null,
  typing: null,
  present: null,
  agentSeen: 0,
  ownSeen: 0,
};

export function apply(state: PanelState, event: AnyEvent): PanelState {
  switch (event.type) {
    case "visitor_welcomed": {
      const { site, visitor, email } = event;
      return withTicket(
        { ...state, site, visitor, email, typing: null, place: null },
        event.ticket,
      );
    }
    case "site_changed":
      return { ...state, site: event.site };
    case "ticket_changed":
      return isNewer(state.ticket, event.ticket) ? withTicket(state, event.ticket) : state;
    case "queue_moved":
      return isOurs(state, event.place) ? { ...state, place: event.place } : state;
    case "typing_changed":
      if (!isOurs(state, event) || event.by !== "staff") return state;
      return { ...state, typing: event.typing ? event.person : null };
    case "presence_changed":
      if (!isOurs(state, event) || event.by !== "staff") return state;
      return { ...state, present: event.present };
    case "seen_changed":
      return isOurs(state, event) ? seen(state, event.by, event.seq) : state;
    default:
      return withThread(state, event);
  }
}

/** What was on screen, before the server has said so. */
export function seen(state: PanelState, by: string, seq: number): PanelState {
  if (by === "customer") return { ...state, ownSeen: Math.max(state.ownSeen, seq) };
  return by === "staff" ? { ...state, agentSeen: Math.max(state.agentSeen, seq) } : state;
}

/** Messages by people of the desk that the customer has not seen. */
export function unread(state: PanelState): number {
  return (state.thread?.entries ?? []).filter(
    ({ seq, kind, author }) => seq > state.ownSeen && kind === "message" && author.kind === "staff",
  ).length;
}

/** How far the panel has its thread, for a hello. */
export function cursors(state: PanelState): { conversation_id: string; public: number }[] {
  const { thread } = state;
  return thread ? [{ conversation_id: thread.conversation_id, public: head(thread) }] : [];
}

function withThread(state: PanelState, event: AnyEvent): PanelState {
  if (!state.thread) return state;
  const thread = applyToThread(state.thread, event);
  if (thread === state.thread) return state;
  const said = event.type === "entry_appended" && event.entry.author.kind === "staff";
  return { ...state, thread, typing: said ? null : state.typing };
}

function withTicket(state: PanelState, ticket: TicketView | null): PanelState {
  if (!ticket)
    return { ...state, ticket: null, thread: null, place: null, agentSeen: 0, ownSeen: 0 };
  const same = state.ticket?.conversation_id === ticket.conversation_id;
  const kept = same && isOlder(ticket, state.ticket) ? state.ticket : ticket;
  const current = kept ?? ticket;
  return {
    ...state,
    ticket: { ...current, status_path: current.status_path || (state.ticket?.status_path ?? "") },
    thread: same && state.thread ? state.thread : emptyThread(ticket.conversation_id),
    place: same && current.live === "waiting" ? state.place : null,
    typing: same && current.live === "assigned" ? state.typing : null,
    present: same && current.agent?.id === state.ticket?.agent?.id ? state.present : null,
    agentSeen: Math.max(same ? state.agentSeen : 0, ticket.agent_seen),
    ownSeen: Math.max(same ? state.ownSeen : 0, ticket.customer_seen),
  };
}

/** Of the same conversation the higher version; of two conversations the one opened later. */
function isNewer(known: TicketView | null, ticket: TicketView): boolean {
  if (!known) return true;
  if (known.conversation_id === ticket.conversation_id) return ticket.version >= known.version;
  return Date.parse(ticket.opened_at) >= Date.parse(known.opened_at);
}

function isOlder(ticket: TicketView, known: TicketView | null): boolean {
  return known !== null && ticket.version < known.version;
}

function isOurs(state: PanelState, event: { conversation_id: string }): boolean {
  return event.conversation_id === state.ticket?.conversation_id;
}
