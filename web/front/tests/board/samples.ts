/** Boards, teams, agents and chats as the server shows them, with only what a test cares for set. */

import type {
  AgentRow,
  Board,
  ConversationSummary,
  StaffView,
  TeamRow,
} from "../../src/client/wire.gen";

export const NOON = Date.parse("2026-03-01T12:00:00Z");

/** An instant `seconds` after noon. */
export const at = (seconds: number): string => new Date(NOON + seconds * 1000).toISOString();

export function team(fields: Partial<TeamRow> = {}): TeamRow {
  return {
    team_id: "orders",
    name: "Orders",
    waiting: 0,
    longest_wait: null,
    average_wait: null,
    active: 0,
    abandoned: 0,
    missed: 0,
    arrived: 0,
    available: 0,
    away: 0,
    full: 0,
    alert_depth: null,
    alert_wait_seconds: null,
    alerts: [],
    ...fields,
  };
}

export function staff(fields: Partial<StaffView> = {}): StaffView {
  return {
    id: "ada",
    name: "Ada",
    role: "agent",
    teams: ["orders"],
    availability: "available",
    since: at(0),
    present: true,
    load: 0,
    capacity: 300,
    ...fields,
  };
}

export function agent(fields: Partial<StaffView> = {}): AgentRow {
  return { staff: staff(fields), chats: [], last_reply_at: null };
}

export function chat(fields: Partial<ConversationSummary> = {}): ConversationSummary {
  return {
    conversation_id: "c1",
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
    customer: { id: "maya", name: "Maya" },
    customer_email: "maya@example.com",
    opened_at: at(0),
    updated_at: at(0),
    waiting_since: at(0),
    unanswered_since: null,
    preview: "",
    public_head: 1,
    staff_head: 0,
    agent_seen: 0,
    customer_seen: 0,
    rating: null,
    ...fields,
  };
}

export function board(fields: Partial<Board> = {}): Board {
  return { at: at(0), teams: [team()], agents: [], chats: [], ...fields };
}
