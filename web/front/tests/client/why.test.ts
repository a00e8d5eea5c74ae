import { describe, expect, it } from "vitest";
import { foreign } from "../../src/client/language";
import { ending, explain, refused } from "../../src/client/why";

const names = (id: string) => (id === "ben" ? "Ben" : null);

describe("why a chat came to an agent", () => {
  it("is told with the rule, the load before and who was next", () => {
    // As routing wrote it down.
    const why = { rule: "least_loaded", load: 100, candidates: 3, next: "ben" };
    expect(explain("Ada", why, names)).toBe(
      "Ada had the fewest chats of 3 who could have taken it. Load before: 1 chat. Next would have been Ben.",
    );
  });

  it("tells how far what was asked for was met, and what was too slow before", () => {
    // Else nobody could see why a chat in French came to somebody without it.
    const why = { rule: "last_agent", language: "fr", skills: "billing" };
    const told = (more: object) => explain("Ada", { ...why, ...more }, names);
    expect(told({ fit: "all" })).toContain("Asked for and met: speaks French, knows billing.");
    expect(told({ fit: "language" })).toContain("Speaks French; nobody free knew billing, and");
    expect(told({ fit: "skills" })).toContain("Knows billing; nobody free spoke French too.");
    expect(told({ fit: "any" })).toContain("Asked for French and billing: nobody free had it.");
    expect(explain("Ada", { rule: "round_robin", from_team: "Support" }, names)).toBe(
      "Ada was next in turn. Passed on from Support, where the wait was too long.",
    );
  });

  it("does not speak of a language that the reader speaks too", () => {
    // On a desk of one language it would stand on every chat.
    expect(foreign("en", ["en-GB", "de"])).toBe("");
    expect(foreign("fr", ["en-GB", "de"])).toBe("French");
    expect(explain("Ada", { rule: "named", fit: "any", language: "", skills: "" }, names)).toBe(
      "Ada was chosen by name.",
    );
  });

  it("leaves out what nobody knows", () => {
    // An agent who was removed since has no name.
    expect(explain("Ada", { rule: "named", next: "gone" }, names)).toBe("Ada was chosen by name.");
  });

  it("shows rules of a newer server as they are called", () => {
    // Better an odd word than none.
    expect(explain("Ada", { rule: "best_skill" }, names)).toBe("Ada best skill.");
    expect(ending("some_reason")).toBe("some reason");
  });

  it("admits that it is not known", () => {
    // Nothing is made up.
    expect(explain("Ada", null, names)).toBe("Nothing is known of why Ada was chosen.");
  });
});

it("an offer that nobody took says who refused it and why, the same things once", () => {
  // Asked again and again, an agent who is gone would fill the screen.
  const ada = { id: "ada", name: "Ada" };
  const at = (minute: number) => `2026-11-22T10:0${minute}:00Z`;
  const told = refused([
    { staff: ada, at: at(1), outcome: "expired", reason: "" },
    { staff: ada, at: at(2), outcome: "declined", reason: "Not my topic" },
    { staff: ada, at: at(3), outcome: "expired", reason: "" },
  ]);
  expect(told).toEqual([
    { text: "Ada did not answer the offer (2 times)", at: at(3) },
    { text: "Ada declined: Not my topic", at: at(2) },
  ]);
});
