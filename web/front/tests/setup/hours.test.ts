import { describe, expect, it } from "vitest";
import { faultOf, isZone, nextInterval, say, standing, withDays } from "../../src/setup/hours";
import type { Hours } from "../../src/setup/kinds";

const OFFICE: Hours = {
  mon: [
    ["09:00", "12:00"],
    ["13:00", "17:00"],
  ],
  fri: [["20:00", "02:00"]],
};
const at = (text: string) => Date.parse(text);
const week = (hours: Hours | null, time_zone = "UTC", holidays: string[] = []) => ({
  hours,
  time_zone,
  holidays,
});

describe("opening hours", () => {
  it.each([
    ["without any, always open", null, "2026-11-21T03:00:00Z", "Open now"],
    ["within an interval", OFFICE, "2026-11-23T09:00:00Z", "Open now"],
    ["at its end", OFFICE, "2026-11-23T12:00:00Z", "Opens today 13:00"],
    ["before the day", OFFICE, "2026-11-22T10:00:00Z", "Opens Mon 09:00"],
    ["after midnight, of the evening before", OFFICE, "2026-11-28T01:59:00Z", "Open now"],
    ["after that evening", OFFICE, "2026-11-28T02:00:00Z", "Opens Mon 09:00"],
    ["a week without hours", {}, "2026-11-22T10:00:00Z", "Never opens"],
    ["all day long", { sun: [["00:00", "24:00"]] } as Hours, "2026-11-22T23:59:00Z", "Open now"],
  ])("%s", (_, hours, now, words) => {
    // As the server decides, so that what an admin reads here is what a customer meets.
    expect(say(week(hours), at(now), "en-GB")).toBe(words);
  });

  it("are those of the team's time zone", () => {
    // 08:30 in UTC is 09:30 in Zurich in winter, and 17:30 in Tokyo.
    const now = at("2026-11-23T08:30:00Z");
    expect(say(week(OFFICE, "Europe/Zurich"), now, "en-GB")).toBe("Open now");
    expect(say(week(OFFICE, "Asia/Tokyo"), now, "en-GB")).toBe("Opens Fri 20:00");
  });

  it("pass over holidays, and name the date beyond a week", () => {
    // Two Mondays and a Friday off.
    const off = ["2026-11-23", "2026-11-27", "2026-11-30"];
    const now = at("2026-11-22T10:00:00Z");
    expect(standing(week(OFFICE, "UTC", off), now)).toEqual({
      open: false,
      next: { date: "2026-12-04", clock: "20:00" },
    });
    expect(say(week(OFFICE, "UTC", off), now, "en-GB")).toBe("Opens Fri 4 Dec 20:00");
  });

  it("know a time zone from what is none", () => {
    // The clock of an unknown one would throw.
    expect(["UTC", "Europe/Zurich", "Europe/Atlantis", ""].map(isZone)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("a week that is edited", () => {
  it("copies a day to others and drops days without hours", () => {
    // The server keeps no empty days.
    const copied = withDays(OFFICE, ["tue", "wed"], OFFICE.mon ?? []);
    expect(Object.keys(copied)).toEqual(["mon", "tue", "wed", "fri"]);
    expect(Object.keys(withDays(copied, ["mon"], []))).toEqual(["tue", "wed", "fri"]);
  });

  it("adds hours after the last of a day, within the day", () => {
    // A press on plus gives something that fits.
    expect(nextInterval([])).toEqual(["09:00", "17:00"]);
    expect(nextInterval([["09:00", "12:00"]])).toEqual(["13:00", "17:00"]);
    expect(nextInterval([["09:00", "22:30"]])).toEqual(["23:00", "23:59"]);
  });

  it.each([
    [[["09:00", "12:00"]], ""],
    [
      [
        ["13:00", "17:00"],
        ["09:00", "13:00"],
      ],
      "",
    ],
    [
      [
        ["09:00", "13:30"],
        ["13:00", "17:00"],
      ],
      "These times overlap.",
    ],
    [[["", "12:00"]], "Give both times."],
  ])("says what is wrong with %j", (intervals, fault) => {
    // Touching is no overlap; a field that was emptied is no time.
    expect(faultOf(intervals as [string, string][])).toBe(fault);
  });
});
