import { describe, expect, it } from "vitest";
import { destination } from "../../src/signin/next";

const go = (next: string | null) => destination(next, "https://desk.example", "/board");

describe("where one goes after signing in", () => {
  it("is the page one came from, whole", () => {
    // Query and fragment say which conversation it was.
    expect(go("/console?x=1#c=42")).toBe("/console?x=1#c=42");
  });

  it("is home without a page, and never this page again", () => {
    // A circle would be a trap.
    expect(go(null)).toBe("/board");
    expect(go("")).toBe("/board");
    expect(go("/signin?next=/signin")).toBe("/board");
  });

  it("is never another site, however it is written", () => {
    // Each of these is a foreign host, or a script, to a browser.
    const hostile = [
      "https://evil.example/",
      "//evil.example",
      "/\\evil.example",
      "/\t/evil.example",
      "/\n/evil.example",
      "\\\\evil.example",
      "/..//evil.example",
      "/.//evil.example",
      "javascript:alert(1)",
      "data:text/html,x",
      " //evil.example",
      "evil.example",
    ];
    expect(hostile.map(go)).toEqual(hostile.map(() => "/board"));
  });
});
