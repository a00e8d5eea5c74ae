import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { voice } from "../../src/client/i18n";
import { OPENING, opening } from "../../src/client/opening";

const NOW = Date.parse("2026-11-22T22:30:00Z");
const said = (at: string, locale = "en-GB") => opening(at, NOW, voice({ en: OPENING }, [locale]));

describe("when a desk opens next", () => {
  const zone = process.env.TZ;
  beforeEach(() => {
    process.env.TZ = "Europe/Zurich";
  });
  afterEach(() => {
    process.env.TZ = zone;
  });

  it("is said by the reader's own clock", () => {
    expect(said("2026-11-23T08:00:00Z")).toBe("We open again tomorrow at 09:00, your time.");
    process.env.TZ = "America/New_York";
    expect(said("2026-11-23T08:00:00Z")).toBe("We open again tomorrow at 03:00, your time.");
    expect(said("2026-11-22T23:00:00Z", "en-US")).toBe(
      "We open again today at 6:00 PM, your time.",
    );
  });

  it("names the weekday within a week, and the date beyond", () => {
    expect(said("2026-11-25T08:00:00Z")).toBe("We open again on Wednesday at 09:00, your time.");
    expect(said("2026-11-29T08:00:00Z")).toContain("on Sunday 29 November at 09:00");
  });

  it("counts days by the calendar where one is not 24 hours long", () => {
    const before = Date.parse("2026-10-24T22:30:00Z");
    const spoken = voice({ en: OPENING }, ["en-GB"]);
    expect(opening("2026-10-26T08:00:00Z", before, spoken)).toContain("tomorrow");
  });
});
