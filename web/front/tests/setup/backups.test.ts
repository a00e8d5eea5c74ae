import { describe, expect, it } from "vitest";
import { type Backup, type Backups, bytes, fate, window } from "../../src/setup/backup-list";

const made: Backup = {
  name: "20261122T030000Z-0001",
  place: "host:/backups",
  began_at: "2026-11-22T03:00:00Z",
  made_at: "2026-11-22T03:00:04Z",
  size: 1024,
  sealed: false,
  error: "",
  verified_at: null,
  looked_at: null,
  finding: "",
};

describe("what became of a backup", () => {
  it("is good only when it was verified and nothing was found wrong", () => {
    // A later look that finds damage takes back what an earlier one said.
    const verified = { ...made, verified_at: "2026-11-22T03:00:09Z" };
    expect(fate(made).tone).toBe("neutral");
    expect(fate(verified).tone).toBe("good");
    expect(fate({ ...verified, finding: "heads.jsonl is missing." })).toEqual({
      word: "Not sound",
      tone: "bad",
      text: "heads.jsonl is missing.",
    });
    const failed = { ...made, made_at: null, error: "The disk is full." };
    expect(fate(failed)).toMatchObject({ tone: "bad", text: "The disk is full." });
  });
});

describe("what would be lost", () => {
  const desk = (of: Partial<Backups>) => window({ ...DESK, ...of });
  const DESK: Backups = {
    outlook: { state: "good", verified_at: null, shipped_at: null, text: "" },
    hours: 24,
    ship_seconds: 10,
    kind: "sqlite",
    backups: [],
  };

  it("is what came since the last copy, or since the last backup where nothing is copied", () => {
    // No smaller than it is: without copies a day can go.
    expect(desk({})).toContain("10 seconds");
    expect(desk({ ship_seconds: 0 })).toContain("24 hours");
    expect(desk({ ship_seconds: 0, kind: "postgresql" })).toContain("archives");
    expect(desk({ ship_seconds: 0, hours: 0 })).toContain("All");
  });
});

describe("sizes", () => {
  it("are said in the unit that fits", () => {
    // Three digits at most.
    expect([0, 1023, 1536, 350 * 1024 ** 2, 5 * 1024 ** 4].map(bytes)).toEqual([
      "0 B",
      "1023 B",
      "1.5 KiB",
      "350 MiB",
      "5.0 TiB",
    ]);
  });
});
