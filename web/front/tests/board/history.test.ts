import { describe, expect, it } from "vitest";
import {
  BUCKET_MS,
  HISTORY_MS,
  type History,
  preserve,
  record,
  restore,
  runs,
} from "../../src/board/history";
import { memoryShelf } from "../../src/client/shelf";
import { at, board, NOON, team } from "./samples";

const waiting = (seconds: number, count: number) =>
  board({ at: at(seconds), teams: [team({ waiting: count })] });

describe("the history of a queue", () => {
  it("keeps the peak of each five seconds", () => {
    // A spike of one second must not fall between two points of the line.
    const seen = [waiting(0, 1), waiting(1, 9), waiting(2, 2), waiting(5, 3)];
    const history = seen.reduce<History>(record, {});
    expect(history.orders?.map((sample) => sample.waiting)).toEqual([9, 3]);
  });

  it("forgets what is older than 15 minutes", () => {
    // A board that hangs on a wall for weeks must not grow.
    let history: History = {};
    for (let second = 0; second <= 3600; second += 5) history = record(history, waiting(second, 1));
    expect(history.orders).toHaveLength(HISTORY_MS / BUCKET_MS);
    expect(history.orders?.[0]?.at_ms).toBeGreaterThan(NOON + 3_600_000 - HISTORY_MS);
  });

  it("has a hole where nothing was received", () => {
    // A line drawn across a lost connection would be made up.
    const history = [waiting(0, 1), waiting(5, 1), waiting(60, 4)].reduce<History>(record, {});
    expect(runs(history.orders ?? []).map((run) => run.length)).toEqual([2, 1]);
  });

  it("drops a team that is gone", () => {
    // Only queues of the snapshot have a line.
    const history = record(
      record({}, waiting(0, 1)),
      board({ teams: [team({ team_id: "billing" })] }),
    );
    expect(Object.keys(history)).toEqual(["billing"]);
  });

  it("survives a reload, and nonsense in storage", () => {
    // Another version may have left another shape there.
    const tab = memoryShelf();
    const history = record({}, waiting(0, 4));
    preserve(tab, history);
    expect(restore(tab)).toEqual(history);
    tab.set("frontdesk.board.history", '{"orders": 3}');
    expect(restore(tab)).toEqual({});
  });
});
