import { describe, expect, it } from "vitest";
import { voice } from "../../src/client/i18n";
import type { Entry, EntryKind, QueuePlace } from "../../src/client/wire.gen";
import { STORY, tell, waitWords } from "../../src/widget/story";

const spoken = voice({ en: STORY }, ["en-GB"]);
const { say } = spoken;

function line(
  kind: EntryKind,
  payload?: Entry["payload"],
  author: Entry["author"]["kind"] = "system",
) {
  const entry: Entry = {
    seq: 1,
    kind,
    author: { kind: author, id: "", name: "" },
    at: "2026-11-22T10:00:00Z",
    payload,
  };
  return tell(entry, say, "en")?.text;
}

function wait(low: number | null, high: number | null, gone: Partial<QueuePlace> = {}) {
  const place = {
    conversation_id: "c",
    position: 2,
    wait_low_seconds: low,
    wait_high_seconds: high,
    attended: true,
    opens_at: null,
    ...gone,
  };
  return waitWords(place, Date.parse("2026-11-22T10:00:00Z"), spoken);
}

describe("a quiet line", () => {
  it("names who joined and where a transfer goes", () => {
    expect(line("joined", { staff_name: "Ada" })).toBe("Ada joined the conversation");
    expect(line("transferred", { to_team: "Billing" })).toBe("You are being passed on to Billing");
    expect(line("transferred", { to_staff: "Ben" })).toBe("Ben is taking over");
  });

  it("says calmly that another team's line is the right one now", () => {
    expect(line("transferred", { to_team: "Sales", reason: "overflow" })).toBe(
      "You are now in line for Sales. The time you waited counts.",
    );
  });

  it("says that the place is kept when the agent is gone", () => {
    expect(line("left", { staff_name: "Ada" })).toContain("old place");
    expect(line("left")).toContain("old place");
  });

  it("tells the ends apart: one's own, an agent's, silence", () => {
    expect(line("solved", { reason: "customer_ended" }, "customer")).toBe(
      "You ended the conversation",
    );
    expect(line("solved", { reason: "silent" })).toContain("quiet");
  });

  it("is not drawn for kinds that are not known or not for customers", () => {
    expect(line("note")).toBeUndefined();
    expect(line("something_new" as EntryKind)).toBeUndefined();
  });
});

describe("the estimated wait", () => {
  it("says nothing where nothing is known", () => {
    expect(wait(null, null)).toBe("An agent joins you as soon as one is free");
  });

  it("says who has gone, and when they are back, instead of a time that nobody keeps", () => {
    expect(wait(60, 120, { attended: false })).toBe("Everybody has gone for now.");
    expect(wait(60, 120, { attended: false, opens_at: "2026-11-25T09:00:00Z" })).toMatch(
      /^We have closed for now. We open again on Wednesday at .+ your time.$/,
    );
    expect(wait(60, 120, { opens_at: "2026-11-25T09:00:00Z" })).toBe("About 1 to 2 minutes");
  });

  it("is a range in whole minutes, rounded so that it does not promise too much", () => {
    expect(wait(10, 45)).toBe("Less than a minute");
    expect(wait(40, 60)).toBe("About a minute");
    expect(wait(100, 250)).toBe("About 1 to 5 minutes");
    expect(wait(125, 179)).toBe("About 2 to 3 minutes");
    expect(wait(180, 180)).toBe("About 3 minutes");
  });
});
