import { expect, it } from "vitest";
import { targets } from "../../src/console/targets";
import { staff } from "../samples";
import { held, lived, ORDERS, welcome } from "./samples";

const PEOPLE = [
  staff("wen", { load: 300 }),
  staff("tom", { present: false }),
  staff("zoe"),
  staff("leila", { availability: "away" }),
  staff("me"),
];
const known = { staff: PEOPLE, teams: [ORDERS], waiting: { orders: 4 } };
const state = lived([welcome({ staff: PEOPLE })]);
const chat = held("a", "me");

it("who can take a chat stands first, who cannot is marked and barred", () => {
  // A transfer that would be refused is not offered.
  const people = targets(known, state, chat, "").filter((target) => target.type === "staff");
  expect(people.map(({ name, barred, mark }) => [name, barred !== null, mark?.word])).toEqual([
    ["zoe", false, undefined],
    ["leila", true, "Away"],
    ["tom", true, "Offline"],
    ["wen", true, "Full"],
  ]);
});

it("a team is marked with how many of it could take the chat now", () => {
  // A queue where nobody is free is a choice, but a known one.
  expect(targets(known, state, chat, "")[0]?.mark?.word).toBe("2 free");
});

it("a team that stands still or is full is a choice, and says so first", () => {
  // Who hands a chat on should not learn it from the customer.
  const now = Date.parse("2026-11-22T10:00:00Z");
  const marked = (change: object) => {
    const teams = [{ ...ORDERS, ...change }];
    const later = lived([{ type: "team_changed", team: { ...ORDERS, ...change } }], state);
    const [target] = targets({ ...known, teams }, later, chat, "", now);
    return [target?.mark?.word, target?.barred];
  };
  expect(marked({ paused: true })).toEqual(["Paused", null]);
  expect(marked({ closed: true })).toEqual(["Closed", null]);
  expect(marked({ queue_max: 4 })).toEqual(["Queue full", null]);
  expect(marked({ queue_max: 5 })).toEqual(["2 free", null]);
});

it("what the feed knows newer counts", () => {
  // Between opening the dialog and choosing, people leave.
  const later = lived(
    [{ type: "staff_changed", staff: staff("zoe", { availability: "away" }) }],
    state,
  );
  expect(targets(known, later, chat, "zoe")[0]?.mark?.word).toBe("Away");
});

it("the one who holds the chat is no target", () => {
  // Handing something to its holder means nothing.
  expect(targets(known, state, chat, "me").filter((target) => target.type === "staff")).toEqual([]);
});
