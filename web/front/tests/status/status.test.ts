import { describe, expect, it } from "vitest";
import type { TicketStatus } from "../../src/client/wire.gen";
import { steps } from "../../src/status/steps";

const shown = (status: TicketStatus) =>
  steps({ status }).map(({ key, standing }) => `${key} ${standing}`);

describe("the way of a request", () => {
  it("stands at the line while it is queued", () => {
    expect(shown("queued")).toEqual(["received done", "waiting now", "open ahead", "solved ahead"]);
  });

  it("stands at the agent while it is open", () => {
    expect(shown("open")).toEqual(["received done", "waiting done", "open now", "solved ahead"]);
  });

  it("says so when it waits for the customer", () => {
    expect(shown("pending")[2]).toBe("pending now");
  });

  it("is done when solved, and when closed", () => {
    expect(shown("solved").every((step) => step.endsWith("done"))).toBe(true);
    expect(shown("closed").at(-1)).toBe("closed done");
  });
});
