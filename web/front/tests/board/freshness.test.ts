import { describe, expect, it } from "vitest";
import { freshness, observe, secondsSince, serverTime, shownTime } from "../../src/board/freshness";
import { at, NOON } from "./samples";

describe("the age of the data", () => {
  it("is fresh up to two seconds, stale beyond, lost without a connection", () => {
    // The two seconds are the board's promise.
    expect(freshness(at(0), NOON + 2_900, "online")).toEqual({ kind: "fresh", age_seconds: 2 });
    expect(freshness(at(0), NOON + 3_000, "online")).toEqual({ kind: "stale", age_seconds: 3 });
    expect(freshness(at(0), NOON + 1_000, "reconnecting")).toEqual({
      kind: "lost",
      age_seconds: 1,
    });
  });

  it("is not told before there is any", () => {
    // Nothing is never "as of just now".
    expect(freshness(null, NOON, "connecting")).toEqual({ kind: "none" });
    expect(freshness(null, NOON, "online")).toEqual({ kind: "none" });
  });

  it("is not awaited from a server that cannot be reached", () => {
    // Skeletons that promise data for minutes would be a lie.
    expect(freshness(null, NOON, "reconnecting")).toEqual({ kind: "unreached" });
    expect(freshness(null, NOON, "offline")).toEqual({ kind: "unreached" });
  });

  it("does not depend on this machine's clock being right", () => {
    // A laptop an hour behind shows the same age.
    const arrived_ms = NOON - 3_600_000;
    const clock = observe(null, at(0), arrived_ms);
    expect(secondsSince(at(0), serverTime(clock, arrived_ms + 4_000))).toBe(4);
  });

  it("shows the delay of a frame that was held up", () => {
    // Five frames that arrive at once after a stall are not all fresh.
    const prompt = observe(null, at(0), NOON);
    const late = observe(prompt, at(1), NOON + 6_000);
    expect(secondsSince(at(1), serverTime(late, NOON + 6_000))).toBe(5);
  });

  it("stops the clocks of the waits once it is late", () => {
    // A customer who may have been served must not seem to wait on.
    expect(shownTime(at(0), NOON + 1_500)).toBe(NOON + 1_500);
    expect(shownTime(at(0), NOON + 60_000)).toBe(NOON + 2_000);
  });
});
