import { expect, it } from "vitest";
import { said } from "../../src/board/mendings";

it("says what was mended, and does not hide what it has no words for", () => {
  // What a newer server mends is still told.
  expect(said("missing", "#12")).toBe("#12 was lost from the queue");
  expect(said("load", "")).toBe("An agent had capacity bound to no chat");
  expect(said("torn_page", "#3")).toBe("torn page #3");
});
