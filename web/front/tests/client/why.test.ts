import { describe, expect, it } from "vitest";
import { ending, explain } from "../../src/client/why";

const names = (id: string) => (id === "ben" ? "Ben" : null);

describe("why a chat came to an agent", () => {
  it("is told with the rule, the load before and who was next", () => {
    // As routing wrote it down.
    const why = { rule: "least_loaded", load: 100, candidates: 3, next: "ben" };
    expect(explain("Ada", why, names)).toBe(
      "Ada had the fewest chats of 3 who could have taken it. Load before: 1 chat. Next would have been Ben.",
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
