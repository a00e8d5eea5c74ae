import { describe, expect, it } from "vitest";
import { described, first } from "../../src/widget/panel/talk/first";

describe("what a page says of the visit", () => {
  it("goes as it is where it is short, and not where it was taken back", () => {
    expect(described({ plan: "pro", cart: "3", old: "" })).toEqual({ plan: "pro", cart: "3" });
  });

  it("leaves out names that the server refuses, for one would refuse the whole message", () => {
    expect(
      described({ "a b": "x", "": "x", "page.url": "x", ["n".repeat(61)]: "x", ok: "y" }),
    ).toEqual({ ok: "y" });
  });

  it("cuts long texts by whole characters, and keeps twenty at most", () => {
    const long = described({ note: "🙂".repeat(400) });
    expect([...(long.note ?? "")]).toHaveLength(300);
    expect(described({ note: `a${"\ud83d"}b\u0000` }).note).toBe("a\ufffdb");
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`k${n}`, "v"]));
    expect(Object.keys(described(many))).toHaveLength(20);
  });

  it("comes with the first message, in the page's language or else the browser's", () => {
    const page = { url: "https://shop.example/", title: "Shop", language: "fr-CH", attributes: {} };
    const form = { body: "Hi\n", name: "", email: " a@example.com ", topic: "sales" };
    expect(first(form, { ...page, attributes: { plan: "pro" } }, false, "de")).toMatchObject({
      body: "Hi",
      email: "a@example.com",
      language: "fr-CH",
      attributes: { plan: "pro" },
    });
    expect(first(form, { ...page, language: "" }, true, "de").language).toBe("de");
  });
});
