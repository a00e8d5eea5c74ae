/** The few things that the board asks by HTTP, and what can go wrong with them. */

import {
  type Code,
  type ConversationSummary,
  type Instant,
  type JsonObject,
  MESSAGES,
  type Person,
  type StaffView,
} from "../client/wire.gen";
import type { Thresholds } from "./state";

/** The server said no, or could not be reached (`code` is null). */
export class Fault extends Error {
  constructor(
    readonly code: Code | null,
    message: string,
  ) {
    super(message);
  }
}

/** Who held a conversation, from when to when, and why they were chosen. */
export interface Assignment {
  readonly staff: Person;
  readonly started_at: Instant;
  readonly ended_at: Instant | null;
  readonly end_reason: string | null;
  readonly why: JsonObject | null;
}

/** A conversation's circumstances, as far as the board shows them. */
export interface Circumstances {
  readonly page: { readonly url: string; readonly title: string };
  readonly topic: string;
  readonly earlier: readonly ConversationSummary[];
  readonly assignments: readonly Assignment[];
}

/** Who is signed in. @throws Fault with `unauthenticated` when nobody is */
export const me = (): Promise<StaffView> => ask("GET", "/api/session");

export const signOut = (): Promise<void> => ask("DELETE", "/api/session");

export const circumstances = (conversation_id: string): Promise<Circumstances> =>
  ask("GET", `/api/conversations/${encodeURIComponent(conversation_id)}`);

/** Sets when a team's queue raises an alert. @throws Fault */
export const setThresholds = (team_id: string, thresholds: Thresholds): Promise<void> =>
  ask("PATCH", `/api/teams/${encodeURIComponent(team_id)}`, thresholds);

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(path, {
    method,
    headers: body && { "content-type": "application/json" },
    body: body && JSON.stringify(body),
  }).catch(() => {
    throw new Fault(null, "The server cannot be reached. Check your network, then try again.");
  });
  const text = await response.text();
  if (!response.ok) throw faultOf(text);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** A proxy in between answers with a page of its own, not with our JSON. */
function faultOf(text: string): Fault {
  try {
    const { code, message } = JSON.parse(text) as { code: Code; message: string };
    return new Fault(code, message || MESSAGES[code]);
  } catch {
    return new Fault("internal", MESSAGES.internal);
  }
}
