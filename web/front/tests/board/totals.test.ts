import { describe, expect, it } from "vitest";
import { standing, totals } from "../../src/board/totals";
import { agent, board, staff, team } from "./samples";

describe("the desk's totals", () => {
  it("weigh the average wait by the chats answered", () => {
    // An average of averages would say 55.
    const teams = [
      team({ average_wait: 100, arrived: 1 }),
      team({ team_id: "billing", average_wait: 10, arrived: 11, abandoned: 2 }),
    ];
    expect(totals(board({ teams })).average_wait).toBe(19);
  });

  it("are null, not 0, where nothing applies", () => {
    // Nobody has waited no seconds.
    const { longest_wait, average_wait, abandoned_percent } = totals(board());
    expect([longest_wait, average_wait, abandoned_percent]).toEqual([null, null, null]);
  });

  it("count an agent of two teams once", () => {
    // The teams' own counts overlap; the desk has one Ada.
    const teams = [team({ available: 1 }), team({ team_id: "billing", available: 1 })];
    const agents = [agent({ teams: ["orders", "billing"] })];
    expect(totals(board({ teams, agents })).available).toBe(1);
  });

  it("take the abandoned as a part of those who arrived", () => {
    // Over teams by their sums, rounded.
    const teams = [team({ arrived: 5, abandoned: 1 }), team({ arrived: 2, abandoned: 1 })];
    expect(totals(board({ teams })).abandoned_percent).toBe(29);
  });
});

describe("an agent's standing", () => {
  it("tells full, absent and away from available", () => {
    // Only who can be given one more chat counts as available.
    expect(standing(staff({ load: 200 }))).toBe("available");
    expect(standing(staff({ load: 300 }))).toBe("full");
    expect(standing(staff({ present: false }))).toBe("absent");
    expect(standing(staff({ availability: "away", load: 300 }))).toBe("away");
    expect(standing(staff({ availability: "offline", present: false }))).toBe("offline");
  });
});
