import { describe, expect, it } from "vitest";
import { voice } from "../../src/client/i18n";

const EN = {
  hello: "Hello {name}",
  "star.one": "{n} star",
  "star.other": "{n} stars",
  plain: "Plain",
};
const AR = { hello: "مرحبا {name}", "star.two": "نجمتان", "star.other": "{n} نجوم" };

describe("a voice", () => {
  it("fills in values and picks the plural form", () => {
    const { say } = voice({ en: EN }, ["en-GB"]);
    expect(say("hello", { name: "Ana" })).toBe("Hello Ana");
    expect([say("star", { n: 1 }), say("star", { n: 4 })]).toEqual(["1 star", "4 stars"]);
  });

  it("does not read what a person wrote as a place to fill in", () => {
    const { say } = voice({ en: EN }, ["en"]);
    expect(say("hello", { name: "{name} $& {n}" })).toBe("Hello {name} $& {n}");
  });

  it("speaks the first wanted language that it has, and its direction", () => {
    const spoken = voice({ en: EN, ar: AR }, ["eo", "ar-EG", "en"]);
    expect(spoken).toMatchObject({ locale: "ar-EG", dir: "rtl" });
    expect(spoken.say("star", { n: 2 })).toBe("نجمتان");
  });

  it("falls back to the first table for a word that a language lacks", () => {
    expect(voice({ en: EN, ar: AR }, ["ar"]).say("plain")).toBe("Plain");
  });

  it("stays in the direction of the words when the wanted language has none", () => {
    expect(voice({ en: EN }, ["ar"])).toMatchObject({ locale: "en", dir: "ltr" });
  });
});
