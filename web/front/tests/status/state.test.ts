import { expect, it } from "vitest";
import type { SiteView, StatusWelcomed, TicketView } from "../../src/client/wire.gen";
import { apply, UNKNOWN } from "../../src/status/state";

const AT = "2026-11-22T10:00:00Z";
const SITE: SiteView = {
  key: "shop",
  name: "Harbour Bikes",
  color: "#0b7a75",
  topics: [],
  attended: true,
  notice: "",
  opens_at: null,
};

function ticket(version: number, change: Partial<TicketView> = {}): TicketView {
  return {
    conversation_id: "c",
    version,
    number: 7,
    subject: "Where is it?",
    status: "queued",
    live: "waiting",
    team: "Orders",
    agent: null,
    opened_at: AT,
    updated_at: AT,
    waiting_since: AT,
    public_head: 1,
    agent_seen: 0,
    customer_seen: 0,
    rating: null,
    status_path: "",
    ...change,
  };
}

function welcome(version: number): StatusWelcomed {
  return {
    type: "status_welcomed",
    ref: "1",
    protocol: 1,
    at: AT,
    ticket: ticket(version),
    site: SITE,
  };
}

it("the page knows whose it is with the first welcome, and follows a change of the site", () => {
  // Who comes from a mail sees the shop's name and colour.
  const state = apply(UNKNOWN, welcome(1));
  expect(state.site).toEqual(SITE);
  const renamed = { ...SITE, name: "Harbour" };
  expect(apply(state, { type: "site_changed", site: renamed }).site?.name).toBe("Harbour");
});

it("an older word about the ticket changes nothing of it", () => {
  // A snapshot of a process that lags may come late.
  const state = apply(UNKNOWN, welcome(3));
  expect(apply(state, welcome(2)).ticket?.version).toBe(3);
});

it("a place in line is forgotten once the ticket waits no more", () => {
  // Nobody reads that they are second while somebody answers them.
  const place = {
    conversation_id: "c",
    position: 2,
    wait_low_seconds: null,
    wait_high_seconds: null,
    attended: true,
    opens_at: null,
  };
  const waiting = apply(apply(UNKNOWN, welcome(1)), { type: "queue_moved", place });
  expect(waiting.place?.position).toBe(2);
  const taken = { type: "ticket_changed", ticket: ticket(2, { live: "assigned" }) } as const;
  expect(apply(waiting, taken).place).toBeNull();
});
