import { describe, expect, it } from "vitest";
import { voice } from "../../src/client/i18n";
import { emptyThread, type ThreadState } from "../../src/client/thread";
import type { Entry, EntryKind } from "../../src/client/wire.gen";
import { AWAY, replyWords, turnedAway } from "../../src/widget/away";

const NOW = Date.parse("2026-11-22T10:00:00Z");
const OPENS = "2026-11-23T09:00:00Z";
const spoken = voice({ en: AWAY }, ["en-GB"]);

function entry(kind: EntryKind, payload?: Entry["payload"]): Entry {
  const author = { kind: "system", id: "", name: "" } as const;
  return {
    seq: 1,
    kind,
    author,
    at: "2026-11-22T10:00:00Z",
    body: "As the server put it",
    payload,
  };
}

function thread(...entries: Entry[]): ThreadState {
  return { ...emptyThread("one"), entries };
}

const closed = entry("greeting", { reason: "closed", opens_at: OPENS });
const full = entry("greeting", { reason: "full", opens_at: null });

describe("why a question was kept as a message", () => {
  it("is what the newest reply says, also after it was opened again", () => {
    expect(turnedAway(thread(entry("message"), closed), NOW)).toEqual({
      reason: "closed",
      opens_at: OPENS,
    });
    expect(turnedAway(thread(closed, entry("reopened"), full), NOW)?.reason).toBe("full");
  });

  it("is forgotten once somebody has taken it up, or it waits in line", () => {
    expect(turnedAway(thread(closed, entry("joined")), NOW)).toBeNull();
    expect(turnedAway(thread(closed, entry("reopened")), NOW)).toBeNull();
    expect(turnedAway(thread(entry("greeting", { position: 2 })), NOW)).toBeNull();
    expect(turnedAway(null, NOW)).toBeNull();
  });

  it("ends with the opening, for then we are not closed any more", () => {
    expect(turnedAway(thread(closed), Date.parse(OPENS))).toBeNull();
    expect(turnedAway(thread(full), NOW)).toEqual({ reason: "full", opens_at: null });
  });
});

describe("the instant reply", () => {
  it("says the opening in the reader's own time, as of when it was said", () => {
    expect(replyWords(closed, spoken)).toMatch(/^We are closed. We open again tomorrow at .+ kept/);
  });

  it("is in the site's own words where there is no reason that we know", () => {
    expect(replyWords(entry("greeting", { position: 2 }), spoken)).toBe("As the server put it");
    expect(replyWords(entry("message", { reason: "full" }), spoken)).toBe("As the server put it");
  });
});
