import { describe, expect, it } from "vitest";
import { find } from "../../src/setup/languages";
import { keyOf, originOf, tidyKey } from "../../src/setup/names";
import { faultOf, read, write } from "../../src/setup/numbers";
import { parse, write as writePlace } from "../../src/setup/place";
import { known, withSkill } from "../../src/setup/skills";
import { person, site } from "./samples";

describe("a typed number", () => {
  it("is kept in the server's unit, and shown in the field's", () => {
    // Ten minutes are 600 seconds, half a chat 50 hundredths, in either notation.
    expect(read("10", 60)).toBe(600);
    expect(read("0,5", 100)).toBe(50);
    expect(write(90, 60)).toBe("1.5");
  });

  it("that is none stays as it was typed", () => {
    // Nothing is lost, and it cannot be saved.
    expect(read("ten", 60)).toBe("ten");
    expect(write("ten", 60)).toBe("ten");
    expect(faultOf("ten", { min: 1, max: 9 }, 1)).toBe("This is not a number.");
    expect(read("", 60)).toBe(null);
  });

  it("is bounded in the unit in which it is typed", () => {
    // "At least 300" would puzzle whoever types minutes.
    const bounds = { min: 300, max: 600 };
    expect(faultOf(299, bounds, 60, "minutes")).toBe("At least 5 minutes.");
    expect(faultOf(601, bounds, 60, "minutes")).toBe("At most 10 minutes.");
    expect(faultOf(300, bounds, 60, "minutes")).toBe("");
    expect(faultOf(null, bounds, 60)).toBe("A number is needed.");
    expect(faultOf(null, { ...bounds, optional: true }, 60)).toBe("");
  });
});

describe("a typed language", () => {
  it.each([
    ["French", "fr"],
    ["français", "fr"],
    ["de-CH", "de"],
    [" EN ", "en"],
    ["Klingonish", null],
    ["qq", null],
  ])("%s means %s", (typed, code) => {
    // Routing compares primary subtags, so a name must become one.
    expect(find(typed)).toBe(code);
  });
});

describe("a typed skill", () => {
  it("is in lower case, and does not change the level it has", () => {
    // "billing" and "Billing" would be two skills, and their chats and agents would not meet.
    expect(withSkill({}, "  Billing  desk ")).toEqual({ "billing desk": 3 });
    expect(withSkill({ billing: 5 }, "BILLING")).toEqual({ billing: 5 });
    expect(withSkill({ a: 1 }, "  ")).toEqual({ a: 1 });
  });

  it("is suggested from what people have and topics ask for", () => {
    // By name, and each once.
    const topic = { key: "t", label: "T", team_id: null, skills: { Bikes: 2, Billing: 1 } };
    const people = [person("ada", { skills: { Returns: 1, Billing: 4 } })];
    expect(known(people, [site("shop", { topics: [topic] })])).toEqual([
      "Bikes",
      "Billing",
      "Returns",
    ]);
  });
});

describe("a site's addresses and keys", () => {
  it.each([
    ["https://shop.example.com/cart?x=1", "https://shop.example.com"],
    ["shop.example.com", "https://shop.example.com"],
    ["http://localhost:8000", "http://localhost:8000"],
    ["javascript:alert(1)", null],
    ["ftp://shop.example.com", null],
    ["two words", null],
  ])("%s is the address %s", (typed, origin) => {
    // People paste whole links.
    expect(originOf(typed)).toBe(origin);
  });

  it("go with a topic's label until somebody types a key", () => {
    // Rules may name the key, so it does not change by itself once it was chosen.
    const topic = { key: "", label: "", team_id: null, skills: {} };
    expect(keyOf(topic, "Café & bikes!")).toBe("cafe-bikes");
    expect(keyOf({ ...topic, key: "mine" }, "Other")).toBe("mine");
    expect(tidyKey("a b-")).toBe("a-b-");
  });
});

describe("a place in the address", () => {
  it("is read as it was written", () => {
    // Links, reload and the back button lead to the same thing.
    for (const place of [
      { part: "rules", id: "" },
      { part: "people", id: "new" },
      { part: "sites", id: "a/b c" },
    ] as const) {
      expect(parse(writePlace(place))).toEqual(place);
    }
  });

  it("that nobody knows is the beginning", () => {
    // Old links, and what somebody typed.
    expect(parse("#nothing/1")).toEqual({ part: "teams", id: "" });
    expect(parse("#teams/%E0%A4%A")).toEqual({ part: "teams", id: "%E0%A4%A" });
  });
});
