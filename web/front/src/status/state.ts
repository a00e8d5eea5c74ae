import { apply as applyToThread, emptyThread, type ThreadState } from "../client/thread";
import type { AnyEvent, QueuePlace, SiteView, TicketView } from "../client/wire.gen";

/** One ticket as whoever holds its link sees it. */
export interface StatusState {
  /** Null until the first welcome. */
  readonly site: SiteView | null;
  readonly ticket: TicketView | null;
  readonly thread: ThreadState | null;
  readonly place: QueuePlace | null;
}

export const UNKNOWN: StatusState = { site: null, ticket: null, thread: null, place: null };

export function apply(state: StatusState, event: AnyEvent): StatusState {
  switch (event.type) {
    case "status_welcomed":
      return { ...withTicket(state, event.ticket), site: event.site };
    case "site_changed":
      return { ...state, site: event.site };
    case "ticket_changed":
      return withTicket(state, event.ticket);
    case "queue_moved":
      if (event.place.conversation_id !== state.ticket?.conversation_id) return state;
      return { ...state, place: event.place };
    default: {
      const thread = state.thread && applyToThread(state.thread, event);
      return thread === state.thread ? state : { ...state, thread };
    }
  }
}

function withTicket(state: StatusState, ticket: TicketView): StatusState {
  const known = state.ticket;
  const same = known?.conversation_id === ticket.conversation_id;
  if (known && (!same || ticket.version < known.version)) return state;
  return {
    ...state,
    ticket,
    thread: state.thread ?? emptyThread(ticket.conversation_id),
    place: ticket.live === "waiting" ? state.place : null,
  };
}
