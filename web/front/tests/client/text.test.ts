import { describe, expect, it } from "vitest";
import { isOnlyEmoji } from "../../src/client/emoji";
import { linkify } from "../../src/client/links";
import { initials } from "../../src/client/names";
import { isBlank, lengthOf, tidy } from "../../src/client/text";

const links = (text: string) =>
  linkify(text)
    .filter(({ href }) => href)
    .map((piece) => piece.text);

describe("links in a text", () => {
  it("are found, and nothing of the text is lost", () => {
    const text = "See https://example.com/a?b=c#d, or www.example.org. Thanks!";
    expect(links(text)).toEqual(["https://example.com/a?b=c#d", "www.example.org"]);
    expect(
      linkify(text)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(text);
  });

  it("leave out the sentence's end and the bracket that was opened before them", () => {
    expect(links("(see https://example.com/x).")).toEqual(["https://example.com/x"]);
    expect(links("https://en.wikipedia.org/wiki/A_(b)")).toEqual([
      "https://en.wikipedia.org/wiki/A_(b)",
    ]);
  });

  it("are only http and https, so that nothing can run", () => {
    const text =
      "javascript:alert(1) data:text/html,x file:///etc/passwd <a href='https://e.com'>x</a>";
    expect(linkify(text).every(({ href }) => !href || href.startsWith("https://e.com"))).toBe(true);
  });

  it("take no time to find in hostile text", () => {
    const begun = performance.now();
    linkify(`${"https://a".repeat(2_000)}${")".repeat(8_000)}`);
    linkify(`www.${"a.".repeat(4_000)}`);
    expect(performance.now() - begun).toBeLessThan(100);
  });
});

describe("a text to be sent", () => {
  it("keeps what was written, but for what the server cannot store", () => {
    expect(tidy("a\r\nb\rc")).toBe("a\nb\nc");
    expect(tidy("a\u0000b")).toBe("ab");
    expect(tidy("a\uD800b")).toBe("a\uFFFDb");
    expect(tidy("👩‍👩‍👧 ́ \u202E")).toBe("👩‍👩‍👧 ́ \u202E");
    expect(tidy("  indented\n\n")).toBe("  indented");
  });

  it("is blank when there is nothing to read", () => {
    expect(isBlank(" \n\t\u3000")).toBe(true);
    expect(isBlank("0")).toBe(false);
  });

  it("is as long as the server counts: in code points", () => {
    expect(lengthOf("a😀")).toBe(2);
  });
});

describe("initials", () => {
  it("are the first and the last name's", () => {
    expect(initials("Ana María Soto")).toBe("AS");
    expect(initials("ada")).toBe("A");
    expect(initials("王 小明")).toBe("王小");
    expect(initials("  ")).toBe("");
    expect(initials("<script>")).toBe("S");
  });
});

describe("a few emoji alone", () => {
  it("are told from text and from digits", () => {
    expect(isOnlyEmoji("👍🏽 🎉")).toBe(true);
    expect(isOnlyEmoji("👩‍👩‍👧🇳🇴")).toBe(true);
    expect(isOnlyEmoji("ok 👍")).toBe(false);
    expect(isOnlyEmoji("123")).toBe(false);
    expect(isOnlyEmoji("")).toBe(false);
  });
});
