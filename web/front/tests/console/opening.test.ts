import { describe, expect, it } from "vitest";
import { nextWaiting, opens } from "../../src/console/opening";
import { parse } from "../../src/console/place";
import { summary } from "../samples";
import { held, lived, welcome } from "./samples";

const NOTHING = parse("");
const since = (minute: number) => `2026-11-22T09:0${minute}:00Z`;

describe("which chat comes on screen by itself", () => {
  it("is the one that has become mine while nothing is open", () => {
    // The agent need not look for what was just given to them.
    const before = lived([welcome({ unassigned: [summary("a")] })]);
    const after = lived([{ type: "conversation_changed", summary: held("a", "me") }], before);
    expect(opens(before, after, NOTHING)).toBe("a");
  });

  it("is none while another is open, and none of a colleague", () => {
    // What one reads stays where it is.
    const before = lived([welcome({ unassigned: [summary("a")] })]);
    const mine = lived([{ type: "conversation_changed", summary: held("a", "me") }], before);
    const theirs = lived([{ type: "conversation_changed", summary: held("a", "joao") }], before);
    expect(opens(before, mine, parse("#c=b"))).toBeNull();
    expect(opens(before, theirs, NOTHING)).toBeNull();
  });

  it("after the end of a chat is mine that has waited longest for an answer", () => {
    // Who was answered can wait; who ended is not gone back to.
    const state = lived([
      welcome({
        mine: [
          held("ended", "me", { unanswered_since: since(0) }),
          held("answered", "me", { unanswered_since: null }),
          held("late", "me", { unanswered_since: since(1) }),
          held("later", "me", { unanswered_since: since(2) }),
        ],
      }),
    ]);
    expect(nextWaiting(state, "ended")).toBe("late");
  });

  it("after the end of a chat is none when nobody waits", () => {
    // The calm screen.
    const state = lived([welcome({ mine: [held("a", "me", { unanswered_since: null })] })]);
    expect(nextWaiting(state, "b")).toBeNull();
  });
});
