import type {
  AnyEvent,
  ConversationSummary,
  Entry,
  OfferView,
  StaffView,
  StaffWelcomed,
  TeamView,
} from "../../src/client/wire.gen";
import { apply } from "../../src/console/apply";
import { EMPTY, type State } from "../../src/console/state";

export const AT = "2026-11-22T10:00:00Z";

export function staff(id: string, change: Partial<StaffView> = {}): StaffView {
  return {
    id,
    name: id,
    role: "agent",
    teams: ["orders"],
    availability: "available",
    since: AT,
    present: true,
    load: 0,
    capacity: 300,
    ...change,
  };
}

export const ORDERS: TeamView = {
  id: "orders",
  name: "Orders",
  assignment: "offered",
  offer_timeout_seconds: 30,
  wait_target_seconds: 60,
};

export function summary(
  id: string,
  change: Partial<ConversationSummary> = {},
): ConversationSummary {
  return {
    conversation_id: id,
    version: 1,
    number: 1,
    subject: "Where is it?",
    status: "queued",
    live: "waiting",
    priority: 1,
    tags: [],
    team_id: "orders",
    assignee: null,
    epoch: 0,
    customer: { id: `customer-${id}`, name: "Ana" },
    customer_email: "",
    opened_at: AT,
    updated_at: AT,
    waiting_since: AT,
    unanswered_since: AT,
    preview: "Where is it?",
    public_head: 1,
    staff_head: 0,
    agent_seen: 0,
    customer_seen: 0,
    rating: null,
    ...change,
  };
}

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

export function entry(seq: number, change: Partial<Entry> = {}): Entry {
  return {
    seq,
    kind: "message",
    author: { kind: "customer", id: "customer-a", name: "Ana" },
    at: AT,
    body: `line ${seq}`,
    position: seq,
    ...change,
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
    ...change,
  };
}

export function lived(events: readonly AnyEvent[], from: State = EMPTY): State {
  return events.reduce((state, event) => apply(state, event, 0), from);
}
