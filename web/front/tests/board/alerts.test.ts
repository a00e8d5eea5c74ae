import { describe, expect, it } from "vitest";
import { type Alert, acknowledge, preserve, restore, ringing, watch } from "../../src/board/alerts";
import { memoryShelf } from "../../src/client/shelf";
import { at, board, team } from "./samples";

const over = (seconds: number) => board({ at: at(seconds), teams: [team({ alerts: ["depth"] })] });
const calm = (seconds: number) => board({ at: at(seconds), teams: [team()] });

describe("an alert", () => {
  it("rings from the first snapshot over the threshold, once", () => {
    // Each second brings a snapshot; only the first raises.
    const first = watch([], over(1));
    const second = watch(first, over(2));
    expect(ringing(second)).toHaveLength(1);
    expect(second[0]?.raised_ms).toBe(first[0]?.raised_ms);
  });

  it("is silent once acknowledged, and while it lasts", () => {
    // Acknowledging is about this passing of the threshold, however long it goes on.
    const acknowledged = acknowledge(watch([], over(1)), ["orders:depth"]);
    expect(ringing(watch(acknowledged, over(300)))).toEqual([]);
  });

  it("does not ring again when the queue hovers about its threshold", () => {
    // Back within a minute is the same alert.
    let alerts = acknowledge(watch([], over(1)), ["orders:depth"]);
    alerts = watch(watch(alerts, calm(5)), over(30));
    expect(ringing(alerts)).toEqual([]);
  });

  it("rings anew after the queue was well for a minute", () => {
    // What was acknowledged then says nothing about now.
    let alerts: readonly Alert[] = acknowledge(watch([], over(1)), ["orders:depth"]);
    alerts = watch(watch(watch(alerts, calm(5)), calm(70)), over(71));
    expect(ringing(alerts)).toHaveLength(1);
  });

  it("stops ringing when the queue is well, unacknowledged too", () => {
    // There is nothing left to act on.
    expect(ringing(watch(watch([], over(1)), calm(2)))).toEqual([]);
  });

  it("of depth and one of wait are two", () => {
    // A person acknowledges what they have read.
    const both = watch([], board({ teams: [team({ alerts: ["depth", "wait"] })] }));
    expect(ringing(acknowledge(both, ["orders:depth"])).map((alert) => alert.kind)).toEqual([
      "wait",
    ]);
  });

  it("stays acknowledged over a reload", () => {
    // And nonsense in storage rings once more rather than never.
    const tab = memoryShelf();
    preserve(tab, acknowledge(watch([], over(1)), ["orders:depth"]));
    expect(ringing(watch(restore(tab), over(2)))).toEqual([]);
    tab.set("frontdesk.board.alerts", '[{"key": 3}, null]');
    expect(restore(tab)).toEqual([]);
  });
});
