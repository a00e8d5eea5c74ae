import { describe, expect, it } from "vitest";
import type { Condition } from "../../src/setup/kinds";
import { moved } from "../../src/setup/lists";
import { isYes, say, withField } from "../../src/setup/rulebook";

const rule = (...when: Condition[]) => ({ name: "one", priority: 2, when });

describe("a rule", () => {
  it.each([
    [
      [{ field: "page.url", op: "contains", value: "/checkout" }],
      "page address contains “/checkout”",
    ],
    [[{ field: "customer.vip", op: "is", value: "true" }], "customer is a VIP"],
    [[{ field: "organisation.vip", op: "is", value: "false" }], "organisation is not a VIP"],
    [[{ field: "customer.vip", op: "is_not", value: "true" }], "customer is not a VIP"],
    [
      [{ field: "attribute:plan", op: "exists", value: "" }],
      "customer's attribute “plan” is given",
    ],
    [[{ field: "attribute:page.cart", op: "is", value: "9" }], "page's attribute “cart” is “9”"],
    [
      [
        { field: "topic", op: "is_not", value: "sales" },
        { field: "language", op: "is", value: "fr" },
      ],
      "topic is not “sales” and language is “fr”",
    ],
  ])("reads as a sentence: %j", (when, words) => {
    // What an admin reads is what the server will do.
    expect(say(rule(...(when as Condition[])))).toBe(`When ${words}`);
  });

  it("without a condition always applies", () => {
    // An empty list of conditions holds.
    expect(say(rule())).toBe("Always");
  });
});

describe("a condition", () => {
  it("keeps its text when it looks at another text", () => {
    // And not when it asks for a yes now, or no longer does.
    const typed: Condition = { field: "page.url", op: "starts_with", value: "/a" };
    expect(withField(typed, "page.title")).toEqual({ ...typed, field: "page.title" });
    const vip = withField(typed, "customer.vip");
    expect(isYes(vip)).toBe(true);
    expect(withField(vip, "page.url").value).toBe("");
  });

  it("that a yes is given asks for the yes", () => {
    // The server takes a given VIP for one.
    expect(isYes({ field: "customer.vip", op: "exists", value: "" })).toBe(true);
  });
});

describe("a list", () => {
  it("has one of its things at another place, and is the same where there is no such place", () => {
    // Up from the first and down from the last do nothing.
    const list = ["a", "b", "c"];
    expect(moved(list, 0, 2)).toEqual(["b", "c", "a"]);
    expect(moved(list, 2, 1)).toEqual(["a", "c", "b"]);
    expect(moved(list, 0, -1)).toBe(list);
    expect(moved(list, 2, 3)).toBe(list);
  });
});
