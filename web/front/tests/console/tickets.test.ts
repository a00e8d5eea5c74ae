import { describe, expect, it } from "vitest";
import { Problem } from "../../src/client/http";
import type { Listed, Search } from "../../src/console/http";
import { Tickets } from "../../src/console/tickets";
import { summary } from "../samples";

interface Question {
  search: Search;
  before: number | null;
  answer: (listed: Listed) => void;
  fail: (error: Error) => void;
}

/** A server whose answers come when the test says so. */
function desk() {
  const asked: Question[] = [];
  const tickets = new Tickets((search, before) => {
    return new Promise((answer, fail) => asked.push({ search, before, answer, fail }));
  });
  return { asked, tickets };
}

const page = (...numbers: number[]) => numbers.map((number) => summary(String(number), { number }));

describe("the list of tickets", () => {
  it("goes on after the last ticket that is there", async () => {
    // Pages join without a gap and without a repetition.
    const { asked, tickets } = desk();
    const first = tickets.reload();
    asked[0]?.answer({ items: page(9, 8), more: true });
    await first;
    const second = tickets.next();
    expect(asked[1]?.before).toBe(8);
    asked[1]?.answer({ items: page(7), more: false });
    await second;
    expect(tickets.found.state.items.map((row) => row.number)).toEqual([9, 8, 7]);
    await tickets.next();
    expect(asked).toHaveLength(2);
  });

  it("shows the answer to the newest question only", async () => {
    // A slow answer to an older search must not replace the newer one.
    const { asked, tickets } = desk();
    const [slow, quick] = [tickets.reload(), tickets.reload()];
    asked[1]?.answer({ items: page(2), more: false });
    asked[0]?.answer({ items: page(1), more: false });
    await Promise.all([slow, quick]);
    expect(tickets.found.state.items.map((row) => row.number)).toEqual([2]);
  });

  it("says what went wrong, and keeps what was found", async () => {
    // An error is a state of the list, not its end.
    const { asked, tickets } = desk();
    const first = tickets.reload();
    asked[0]?.answer({ items: page(9), more: true });
    await first;
    const second = tickets.next();
    asked[1]?.fail(new Problem("unavailable", "Not now.", 503));
    await second;
    expect(tickets.found.state).toMatchObject({ phase: "failed", problem: "Not now." });
    expect(tickets.found.state.items).toHaveLength(1);
  });
});
