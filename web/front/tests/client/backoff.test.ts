import { describe, expect, it } from "vitest";
import { delay } from "../../src/client/backoff";

describe("the backoff", () => {
  it("doubles from half a second up to fifteen", () => {
    const most = [0, 1, 2, 3, 4, 5, 6, 50].map((attempt) => delay(attempt, 1));
    expect(most).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  });

  it("is random by half, so that clients of a lost server do not return together", () => {
    expect([delay(3, 0), delay(3, 0.5), delay(3, 1)]).toEqual([2_000, 3_000, 4_000]);
  });
});
