import { describe, expect, it } from "vitest";
import { faults } from "../../src/setup/faults";
import { maySet } from "../../src/setup/rights";
import { staff } from "../samples";
import { person, site, team } from "./samples";

const admin = staff("dana", { role: "admin" });
const supervisor = staff("sam", { role: "supervisor" });
const at = (part: "teams" | "people" | "rules" | "sites", id = "x") => ({ part, id });

describe("who may set what", () => {
  it("a supervisor sets what is measured, and what agents can do", () => {
    // The same fields as the server lets through; what is not among them is shown as text.
    const may = (part: "teams" | "people" | "rules" | "sites", thing: object, field: string) =>
      maySet(supervisor, at(part), thing, field);
    expect(may("teams", team("x"), "paused")).toBe(true);
    expect(may("teams", team("x"), "strategy")).toBe(false);
    expect(may("people", person("x"), "skills")).toBe(true);
    expect(may("people", person("x"), "role")).toBe(false);
    expect(may("people", person("x", { role: "admin" }), "skills")).toBe(false);
    expect(may("rules", { rules: [] }, "rules")).toBe(false);
    expect(may("sites", site("x"), "name")).toBe(false);
  });

  it("an admin sets all but their own role, and what identifies a thing", () => {
    // An email and a key stand in other places by then.
    expect(maySet(admin, at("teams"), team("x"), "strategy")).toBe(true);
    expect(maySet(admin, at("people"), person("x"), "role")).toBe(true);
    expect(maySet(admin, at("people", "dana"), person("dana"), "role")).toBe(false);
    expect(maySet(admin, at("people"), person("x"), "email")).toBe(false);
    expect(maySet(admin, at("people", "new"), person("new"), "email")).toBe(true);
    expect(maySet(admin, at("sites"), site("x"), "key")).toBe(false);
  });
});

describe("what must be mended", () => {
  it("is nothing where all is well", () => {
    // Else a thing that stands on the server could not be saved.
    expect(faults(at("teams", "new"), team("new", { name: "x" }), team("new"))).toEqual({});
    expect(faults(at("sites", "new"), site("key"), site(""))).toEqual({});
  });

  it("does not include what the server has already", () => {
    // Whoever changes something else could not save it, and perhaps not mend this either.
    const odd = site("x", { origins: ["http://shop_1.example"] });
    expect(faults(at("sites"), { ...odd, name: "y" }, odd)).toEqual({});
    const more = { ...odd, origins: ["http://shop 2.example"] };
    expect(faults(at("sites"), more, odd)).toHaveProperty("origins");
  });

  it("is named by its field", () => {
    // The words stand beside it.
    const wrong = team("x", {
      name: " ",
      overflow_team_id: "y",
      time_zone: "Mars/Olympus",
      weights: { chat: -1 },
      hours: { mon: [["09:00", ""]] },
    });
    expect(Object.keys(faults(at("teams"), wrong, team("x"))).sort()).toEqual([
      "hours",
      "name",
      "overflow_seconds",
      "time_zone",
      "weights",
    ]);
    const empty = { field: "page.url", op: "contains", value: " " } as const;
    const rules = [{ name: "one", priority: 1, when: [empty] }];
    expect(faults(at("rules", ""), { rules }, { rules: [] })).toHaveProperty("rule-0");
  });

  it("includes a first password, of a new person alone", () => {
    // Others have theirs already.
    const fresh = { ...person("new"), password: "short" };
    expect(faults(at("people", "new"), fresh, person("new"))).toHaveProperty("password");
  });

  it("tells topics apart by their keys", () => {
    // A topic of the same key could not be chosen.
    const topic = { key: "a", label: "A", team_id: null, skills: {} };
    const twice = site("x", { topics: [topic, { ...topic, label: "B" }] });
    expect(faults(at("sites"), twice, site("x"))).toHaveProperty("topics");
  });
});
