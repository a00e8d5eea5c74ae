import { expect, it } from "vitest";
import { follow } from "../../src/console/apply";
import { news } from "../../src/console/news";
import { EMPTY } from "../../src/console/state";
import { entry, openedWith, summary } from "../samples";
import { held, lived, offer, welcome } from "./samples";

const opened = openedWith(held("a", "me"), [entry(1)]);

it("the first snapshot is no news", () => {
  // A reload does not ring for chats that one has had for an hour.
  const state = lived([welcome({ mine: [held("a", "me")], offers: [offer("o", summary("b"))] })]);
  expect(news(EMPTY, state)).toEqual([]);
});

it("an offer is news once", () => {
  // It rings while it stands; it is announced when it comes.
  const before = lived([welcome()]);
  const made = { type: "offer_made" as const, offer: offer("o", summary("a")) };
  const state = lived([made], before);
  expect(news(before, state)).toEqual([{ type: "offered", offer: made.offer }]);
  expect(news(state, lived([made], state))).toEqual([]);
});

it("a chat that comes to me is news", () => {
  // Automatic teams assign without asking.
  const before = lived([welcome({ unassigned: [summary("a")] })]);
  const state = lived([{ type: "conversation_changed", summary: held("a", "me") }], before);
  expect(news(before, state)).toEqual([{ type: "assigned", row: held("a", "me") }]);
});

it("what the customer of a chat of mine writes is news, what I write is not", () => {
  // A sound for one's own message would be noise.
  const before = lived([opened], follow(lived([welcome({ mine: [held("a", "me")] })]), "a"));
  const wrote = {
    type: "entry_appended" as const,
    conversation_id: "a",
    thread: "public" as const,
  };
  const theirs = lived([{ ...wrote, entry: entry(2, { body: "hello?" }) }], before);
  expect(news(before, theirs)).toMatchObject([{ type: "wrote", text: "hello?" }]);
  const author = { kind: "staff" as const, id: "me", name: "me" };
  expect(news(theirs, lived([{ ...wrote, entry: entry(3, { author }) }], theirs))).toEqual([]);
});

it("history that is loaded is no news", () => {
  // Opening a chat does not ring for every old line.
  const before = follow(lived([welcome({ mine: [held("a", "me")] })]), "a");
  expect(news(before, lived([opened], before))).toEqual([]);
});
