import { describe, expect, it } from "vitest";
import { csv } from "../../src/board/csv";

describe("a CSV file", () => {
  it("quotes what would break a row", () => {
    // RFC 4180: commas, quotes and line breaks.
    expect(csv(["a"], [['x,"y"\nz']])).toBe('a\r\n"x,""y""\nz"\r\n');
  });

  it("gives nothing where nothing applies, and zero where it is zero", () => {
    // An unknown wait is not a wait of 0.
    expect(csv(["a", "b"], [[null, 0]])).toBe("a,b\r\n,0\r\n");
  });

  it("runs nobody's formula", () => {
    // A customer may call themselves =HYPERLINK(…).
    expect(csv(["a"], [["=1+1"], ["@x"], ["-5 tons"]])).toBe("a\r\n'=1+1\r\n'@x\r\n'-5 tons\r\n");
  });

  it("keeps numbers below zero numbers", () => {
    // Only text is guarded.
    expect(csv(["a"], [[-5]])).toBe("a\r\n-5\r\n");
  });
});
