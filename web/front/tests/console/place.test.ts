import { expect, it } from "vitest";
import { parse, write } from "../../src/console/place";

it("an address leads back to where it was taken", () => {
  // Links, reloads and the back button all read it.
  for (const place of [
    { conversation_id: null, pane: "list" as const },
    { conversation_id: "01a2-bc", pane: "thread" as const },
    { conversation_id: "a&b=c #d", pane: "customer" as const },
  ]) {
    expect(parse(write(place))).toEqual(place);
  }
});

it("an address that says nothing leads to the lists", () => {
  // A hand-made link does no harm.
  for (const hash of ["", "#", "#x=1", "#c=", "#v=customer"]) expect(parse(hash).pane).toBe("list");
});
