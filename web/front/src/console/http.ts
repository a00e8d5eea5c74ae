/** What the console alone asks over HTTP. */

import { get } from "../client/http";
import type { ConversationSummary, StaffView, TeamView, TicketStatus } from "../client/wire.gen";

export interface Colleagues {
  staff: StaffView[];
  teams: TeamView[];
  /** How many are in line, by the id of the team. */
  waiting: Readonly<Record<string, number>>;
}

export interface Listed {
  items: ConversationSummary[];
  more: boolean;
}

export interface Search {
  status: TicketStatus | "";
  q: string;
}

const PAGE = 40;

export const colleagues = (): Promise<Colleagues> => get("/api/colleagues");

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
