import type {
  AnyEvent,
  ConversationSummary,
  OfferView,
  StaffWelcomed,
  TeamView,
} from "../../src/client/wire.gen";
import { apply } from "../../src/console/apply";
import { EMPTY, type State } from "../../src/console/state";
import { AT, staff, summary } from "../samples";

export const ORDERS: TeamView = {
  id: "orders",
  name: "Orders",
  assignment: "offered",
  offer_timeout_seconds: 30,
  wait_target_seconds: 60,
  paused: false,
  closed: false,
  opens_at: null,
  queue_max: null,
};

/** The conversation in the hands of an agent, one version on. */
export function held(id: string, by: string, change: Partial<ConversationSummary> = {}) {
  return summary(id, {
    version: 2,
    live: "assigned",
    status: "open",
    assignee: { id: by, name: by },
    waiting_since: null,
    epoch: 1,
    ...change,
  });
}

export function offer(id: string, conversation: ConversationSummary): OfferView {
  return {
    offer_id: id,
    conversation,
    offered_at: AT,
    expires_at: "2026-11-22T10:00:30Z",
    why: "",
  };
}

export function welcome(change: Partial<StaffWelcomed> = {}): StaffWelcomed {
  return {
    type: "staff_welcomed",
    ref: "1",
    protocol: 1,
    at: AT,
    me: staff("me"),
    teams: [ORDERS],
    staff: [staff("me"), staff("joao")],
    mine: [],
    unassigned: [],
    offers: [],
    lost: [],
    ...change,
  };
}

export function lived(events: readonly AnyEvent[], from: State = EMPTY): State {
  return events.reduce((state, event) => apply(state, event, 0), from);
}
