import { expect, it } from "vitest";
import { follow } from "../../src/console/apply";
import { mine, tone, unassigned, unread, waitingSince } from "../../src/console/lists";
import { entry, openedWith, staff, summary } from "../samples";
import { held, lived, welcome } from "./samples";

const at = (minute: number) => `2026-11-22T10:${String(minute).padStart(2, "0")}:00Z`;

it("my chats keep their order while messages come", () => {
  // Rows that jump under the hand are opened by mistake.
  const state = lived([
    welcome({
      mine: [held("b", "me", { opened_at: at(2) }), held("a", "me", { opened_at: at(1) })],
    }),
    {
      type: "previewed",
      conversation_id: "b",
      public_head: 9,
      preview: "hello?",
      at: at(9),
      unanswered_since: at(9),
    },
  ]);
  expect(mine(state).map((row) => row.conversation_id)).toEqual(["a", "b"]);
});

it("the queue is shown in the order in which it is served", () => {
  // Priority, then the longest wait; what was left as a message comes after those who wait live.
  const state = lived([
    welcome({
      unassigned: [
        summary("left", { live: "message", waiting_since: null, opened_at: at(0) }),
        summary("late", { waiting_since: at(3) }),
        summary("early", { waiting_since: at(1) }),
        summary("urgent", { waiting_since: at(5), priority: 3 }),
      ],
    }),
  ]);
  expect(unassigned(state).map((row) => row.conversation_id)).toEqual([
    "urgent",
    "early",
    "late",
    "left",
  ]);
});

it("a supervisor sees every team's queue, an agent only their own", () => {
  // Roles decide what the list shows, as they decide on the server.
  const foreign = summary("a", { team_id: "tech" });
  const agent = lived([welcome({ unassigned: [foreign] })]);
  const chief = lived([
    welcome({ me: staff("me", { role: "supervisor" }), unassigned: [foreign] }),
  ]);
  expect(unassigned(agent)).toEqual([]);
  expect(unassigned(chief)).toEqual([foreign]);
});

it("a wait is coloured by the team's target", () => {
  // Half of it calls for attention, all of it is late.
  expect([29, 30, 59, 60].map((seconds) => tone(seconds, 60))).toEqual([
    "calm",
    "soon",
    "soon",
    "late",
  ]);
});

it("a customer waits for an agent, then for an answer, then not", () => {
  // The stopwatch shows the wait that is somebody's to end.
  expect(waitingSince(summary("a", { waiting_since: at(1) }))).toBe(at(1));
  expect(waitingSince(held("a", "me", { unanswered_since: at(2) }))).toBe(at(2));
  expect(waitingSince(held("a", "me", { unanswered_since: null }))).toBeNull();
  expect(waitingSince(held("a", "me", { live: "ended", unanswered_since: at(2) }))).toBeNull();
});

it("what merely happened is not unread, whoever did it", () => {
  // The customer's rating or end is told in a line of its own; nobody waits for an answer to it.
  const row = held("a", "me", { public_head: 4, unanswered_since: null });
  const customer = { kind: "customer" as const, id: "customer-a", name: "Ana" };
  const listed = lived([welcome({ mine: [row] })]);
  expect(unread(listed, row)).toBe(0);
  const opened = lived(
    [
      openedWith(row, [
        entry(1),
        entry(2),
        entry(3, { kind: "solved", author: customer }),
        entry(4, { kind: "rated", author: customer }),
      ]),
    ],
    follow(listed, "a"),
  );
  expect(unread(opened, { ...row, agent_seen: 1 })).toBe(1);
});
