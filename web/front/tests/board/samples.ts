/** Boards, teams, agents and chats as the server shows them, with only what a test cares for set. */

import type {
  AgentRow,
  Board,
  ConversationSummary,
  StaffView,
  TeamRow,
} from "../../src/client/wire.gen";
import { staff as somebody, summary } from "../samples";

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
    service_level: null,
    service_percent: 80,
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
    queue_max: null,
    paused: false,
    closed: false,
    opens_at: null,
    ...fields,
  };
}

export const staff = (fields: Partial<StaffView> = {}): StaffView =>
  somebody("ada", { name: "Ada", since: at(0), ...fields });

export function agent(fields: Partial<StaffView> = {}): AgentRow {
  return { staff: staff(fields), chats: [], last_reply_at: null };
}

export const chat = (fields: Partial<ConversationSummary> = {}): ConversationSummary =>
  summary("c1", {
    customer: { id: "maya", name: "Maya" },
    customer_email: "maya@example.com",
    opened_at: at(0),
    updated_at: at(0),
    waiting_since: at(0),
    unanswered_since: null,
    preview: "",
    ...fields,
  });

export function board(fields: Partial<Board> = {}): Board {
  return {
    at: at(0),
    teams: [team()],
    agents: [],
    chats: [],
    mended: 0,
    compared_at: null,
    ...fields,
  };
}
