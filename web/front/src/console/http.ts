/** The console's questions over HTTP. */

import type {
  Code,
  ConversationSummary,
  Instant,
  JsonObject,
  Person,
  StaffView,
  TeamView,
  TicketStatus,
} from "../client/wire.gen";

/** The server refused, or could not be reached (`code` null). The message is for a person. */
export class Problem extends Error {
  constructor(
    readonly code: Code | null,
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

export interface Colleagues {
  staff: StaffView[];
  teams: TeamView[];
}

export interface Listed {
  items: ConversationSummary[];
  more: boolean;
}

/** All that stands beside a thread. */
export interface Details {
  summary: ConversationSummary;
  customer: {
    id: string;
    name: string;
    email: string;
    organisation: string | null;
    attributes: JsonObject;
    created_at: Instant;
  };
  page: { url: string; title: string };
  topic: string;
  earlier: ConversationSummary[];
  assignments: AssignmentView[];
}

export interface AssignmentView {
  staff: Person;
  started_at: Instant;
  ended_at: Instant | null;
  end_reason: string | null;
  why: JsonObject;
}

export interface Search {
  status: TicketStatus | "";
  q: string;
}

const PAGE = 40;

export const session = (): Promise<StaffView> => get("/api/session");

export const colleagues = (): Promise<Colleagues> => get("/api/colleagues");

export function details(conversation_id: string, signal?: AbortSignal): Promise<Details> {
  return get(`/api/conversations/${encodeURIComponent(conversation_id)}`, signal);
}

/** @param before the number of the last ticket that is already there */
export function tickets(
  search: Search,
  before: number | null,
  signal?: AbortSignal,
): Promise<Listed> {
  const query = new URLSearchParams({ view: "all", limit: String(PAGE) });
  if (search.status) query.set("status", search.status);
  if (search.q) query.set("q", search.q);
  if (before !== null) query.set("before", String(before));
  return get(`/api/conversations?${query}`, signal);
}

export async function signOut(): Promise<void> {
  await ask("/api/session", { method: "DELETE" });
}

async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const answer = await ask(path, { signal });
  return (await answer.json()) as T;
}

/** @throws Problem; what `fetch` throws when it was aborted goes through. */
async function ask(path: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { ...init, credentials: "same-origin" });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Problem(null, "The server cannot be reached. Check the network and try again.", 0);
  }
  if (answer.ok) return answer;
  const refused = (await answer.json().catch(() => ({}))) as { code?: Code; message?: string };
  const message = refused.message ?? "Something went wrong on our side. Try again.";
  throw new Problem(refused.code ?? null, message, answer.status);
}
