import { describe, expect, it } from "vitest";
import type { AnyEvent, Entry, SiteView, TicketView } from "../../src/client/wire.gen";
import {
  apply,
  cursors,
  type PanelState,
  seen,
  UNKNOWN,
  unread,
} from "../../src/widget/panel/talk/state";

const SITE: SiteView = {
  key: "k",
  name: "Shop",
  color: "#123456",
  topics: [],
  attended: true,
  notice: "",
  opens_at: null,
};

function ticket(fields: Partial<TicketView> = {}): TicketView {
  return {
    conversation_id: "one",
    version: 1,
    number: 7,
    subject: "Hello",
    status: "queued",
    live: "waiting",
    agent: null,
    team: "Support",
    opened_at: "2026-11-22T10:00:00Z",
    updated_at: "2026-11-22T10:00:00Z",
    waiting_since: null,
    public_head: 0,
    agent_seen: 0,
    customer_seen: 0,
    rating: null,
    status_path: "",
    ...fields,
  };
}

function welcome(current: TicketView | null): AnyEvent {
  const visitor = { id: "v", name: "Ana" };
  return {
    type: "visitor_welcomed",
    ref: "r",
    protocol: 1,
    at: "",
    visitor,
    email: "",
    site: SITE,
    ticket: current,
  };
}

function changed(fields: Partial<TicketView>): AnyEvent {
  return { type: "ticket_changed", ticket: ticket(fields) };
}

function said(seq: number, kind: Entry["author"]["kind"] = "staff"): AnyEvent {
  const entry: Entry = {
    seq,
    kind: "message",
    author: { kind, id: "a", name: "Ada" },
    at: "",
    body: "hi",
  };
  return { type: "entry_appended", conversation_id: "one", thread: "public", entry };
}

const play = (...events: AnyEvent[]): PanelState => events.reduce(apply, UNKNOWN);

describe("the panel's state", () => {
  it("keeps the higher version of its ticket", () => {
    const state = play(welcome(ticket({ version: 4, status: "open" })), changed({ version: 3 }));
    expect(state.ticket).toMatchObject({ version: 4, status: "open" });
  });

  it("keeps the link to the status page, which only the owner's events carry", () => {
    const state = play(welcome(ticket({ status_path: "/status/x" })), changed({ version: 2 }));
    expect(state.ticket?.status_path).toBe("/status/x");
  });

  it("moves to a conversation that was opened later, and not back to an older one", () => {
    const later = { conversation_id: "two", opened_at: "2026-11-23T10:00:00Z" };
    const state = play(
      welcome(ticket({ version: 9 })),
      said(1),
      changed(later),
      changed({ version: 10 }),
    );
    expect(state.ticket?.conversation_id).toBe("two");
    expect(state.thread?.entries).toEqual([]);
  });

  it("resumes where its thread ends, and keeps the thread through a new welcome", () => {
    const state = play(welcome(ticket()), said(1), said(2), welcome(ticket()));
    expect(cursors(state)).toEqual([{ conversation_id: "one", public: 2 }]);
    expect(state.thread?.entries).toHaveLength(2);
  });

  it("forgets the place in line when the wait is over", () => {
    const place = {
      conversation_id: "one",
      position: 2,
      wait_low_seconds: null,
      wait_high_seconds: null,
      attended: true,
      opens_at: null,
    };
    const waiting = play(welcome(ticket()), { type: "queue_moved", place });
    expect(waiting.place?.position).toBe(2);
    expect(apply(waiting, changed({ version: 2, live: "assigned" })).place).toBeNull();
  });

  it("counts as unread what the staff said and the customer has not seen", () => {
    const state = play(
      welcome(ticket({ customer_seen: 1 })),
      said(1),
      said(2),
      said(3, "customer"),
      said(4),
    );
    expect(unread(state)).toBe(2);
    expect(unread(seen(state, "customer", 4))).toBe(0);
  });

  it("does not take back what was seen", () => {
    const state = seen(play(welcome(ticket()), said(1), said(2)), "customer", 2);
    const earlier: AnyEvent = {
      type: "seen_changed",
      conversation_id: "one",
      by: "customer",
      seq: 1,
    };
    expect(apply(state, earlier).ownSeen).toBe(2);
  });

  it("stops showing that somebody types when their message comes", () => {
    const person = { id: "a", name: "Ada" };
    const typing: AnyEvent = {
      type: "typing_changed",
      conversation_id: "one",
      by: "staff",
      person,
      typing: true,
    };
    const state = play(welcome(ticket({ live: "assigned" })), typing);
    expect(state.typing).toEqual(person);
    expect(apply(state, said(1)).typing).toBeNull();
  });

  it("does not show the customer their own typing", () => {
    const person = { id: "v", name: "Ana" };
    const typing: AnyEvent = {
      type: "typing_changed",
      conversation_id: "one",
      by: "customer",
      person,
      typing: true,
    };
    expect(play(welcome(ticket()), typing).typing).toBeNull();
  });
});
