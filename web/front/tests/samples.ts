/** What the server says of people and conversations, with only what a test cares for set. */

import type {
  ConversationOpened,
  ConversationSummary,
  Entry,
  StaffView,
} from "../src/client/wire.gen";

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
    vip: false,
    language: "",
    skills: {},
    ...change,
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

/** A conversation as the server shows it when it is opened. */
export function openedWith(
  row: ConversationSummary,
  entries: readonly Entry[] = [],
  change: Partial<ConversationOpened> = {},
): ConversationOpened {
  return {
    type: "conversation_opened",
    ref: "1",
    summary: row,
    public: [...entries],
    staff: [],
    public_more: false,
    staff_more: false,
    viewers: [],
    customer_present: true,
    ...change,
  };
}
