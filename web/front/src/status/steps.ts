import type { TicketView } from "../client/wire.gen";

export type StepKey = "received" | "waiting" | "open" | "pending" | "solved" | "closed";

export interface Step {
  key: StepKey;
  standing: "done" | "now" | "ahead";
}

/** The way of a request from its arrival to its end, and where it is on it. */
export function steps(ticket: Pick<TicketView, "status">): Step[] {
  const third: StepKey = ticket.status === "pending" ? "pending" : "open";
  const last: StepKey = ticket.status === "closed" ? "closed" : "solved";
  const at = { queued: 1, open: 2, pending: 2, solved: 3, closed: 3 }[ticket.status];
  const over = at === 3;
  return (["received", "waiting", third, last] as const).map((key, index) => ({
    key,
    standing: index < at || (over && index === at) ? "done" : index === at ? "now" : "ahead",
  }));
}
