import { get } from "./http";
import type { ConversationSummary, Instant, JsonObject, Person } from "./wire.gen";

/** All that stands beside a thread. */
export interface Details {
  summary: ConversationSummary;
  customer: {
    id: string;
    name: string;
    email: string;
    organisation: string | null;
    organisation_id: string | null;
    organisation_vip: boolean;
    vip: boolean;
    attributes: JsonObject;
    created_at: Instant;
  };
  page: { url: string; title: string };
  topic: string;
  earlier: ConversationSummary[];
  assignments: AssignmentView[];
  /** Offers that came to nothing, the oldest first. */
  refusals: Refusal[];
}

export interface Refusal {
  staff: Person;
  at: Instant;
  outcome: "declined" | "expired";
  reason: string;
}

/** Who held a conversation, from when to when, and why they were chosen. */
export interface AssignmentView {
  staff: Person;
  started_at: Instant;
  ended_at: Instant | null;
  end_reason: string | null;
  why: JsonObject | null;
}

/** @throws Problem */
export function details(conversation_id: string, signal?: AbortSignal): Promise<Details> {
  return get(`/api/conversations/${encodeURIComponent(conversation_id)}`, signal);
}
