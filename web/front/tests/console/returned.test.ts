import { expect, test } from "vitest";
import { memoryShelf } from "../../src/client/shelf";
import type { LostChat } from "../../src/client/wire.gen";
import { Returned, untold } from "../../src/console/returned";
import { held, lived, welcome } from "./samples";

const EARLY: LostChat = {
  conversation_id: "a",
  number: 1,
  customer: "Ana",
  at: "2026-11-22T10:00:00Z",
};
const LATE: LostChat = {
  conversation_id: "b",
  number: 2,
  customer: "Bo",
  at: "2026-11-22T10:05:00Z",
};

test("what was lost is told until it was read, on this device for good", () => {
  const shelf = memoryShelf();
  const state = lived([welcome({ lost: [EARLY] })]);
  const returned = new Returned(shelf, "me");
  expect(untold(state, returned.told.state)).toEqual([EARLY]);
  returned.dismiss([EARLY]);
  expect(untold(state, returned.told.state)).toEqual([]);
  const later = lived([welcome({ lost: [LATE, EARLY] })]);
  expect(untold(later, new Returned(shelf, "me").told.state)).toEqual([LATE]);
});

test("what has come back to oneself is no news", () => {
  const state = lived([welcome({ lost: [EARLY], mine: [held("a", "me")] })]);
  expect(untold(state, "")).toEqual([]);
});
