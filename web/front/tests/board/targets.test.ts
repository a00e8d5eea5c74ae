import { describe, expect, it } from "vitest";
import { EMPTY, type State } from "../../src/board/state";
import { choices } from "../../src/board/targets";
import { agent, board, chat, staff, team } from "./samples";

const state: State = {
  ...EMPTY,
  me: staff({ id: "sam", name: "Sam" }),
  board: board({
    teams: [team(), team({ team_id: "billing", name: "Billing" })],
    agents: [
      agent({ id: "ada", name: "Ada", load: 100 }),
      agent({ id: "ben", name: "Ben", load: 300 }),
      agent({ id: "eve", name: "Eve", present: false }),
      agent({ id: "zoe", name: "Zoe" }),
    ],
  }),
};
const held = chat({ live: "assigned", assignee: { id: "ada", name: "Ada" } });
const named = (text: string) => choices(state, held, text).map((one) => [one.name, one.barred]);

describe("the targets of a chat", () => {
  it("are agents with room, then teams, then who cannot take it, with the reason", () => {
    // What can be chosen stands at the top.
    expect(named("")).toEqual([
      ["Zoe", null],
      ["Billing", null],
      ["Orders", null],
      ["Ada", "Has it now"],
      ["Ben", "Full"],
      ["Eve", "Not connected"],
    ]);
  });

  it("are found by a part of the name", () => {
    // In any case of letters.
    expect(named(" BIL ")).toEqual([["Billing", null]]);
  });

  it("leave out the queue in which it waits", () => {
    // It is there already, and would lose nothing but time.
    const waiting = choices(state, chat(), "orders");
    expect(waiting[0]?.barred).toBe("Waits here");
  });
});
