/** The quiet lines of a thread as a supervisor reads them. */

import { arrowLeft, check, clock, hand, retry, star, transfer, user } from "../client/ui/icons";
import type { Entry, EntryKind } from "../client/wire.gen";

interface Happening {
  readonly icon: string;
  readonly tone?: "warn" | "good";
  readonly text: string;
}

type Teller = (entry: Entry) => Happening;

const TELLERS: Partial<Readonly<Record<EntryKind, Teller>>> = {
  joined: (entry) => ({
    icon: user,
    text: `${entry.author.name || field(entry, "staff_name")} joined`,
  }),
  left: (entry) => ({
    icon: arrowLeft,
    tone: "warn",
    text: `${entry.author.name || "The agent"} is gone; back in line`,
  }),
  transferred: transferred,
  pending: () => ({ icon: clock, text: "Waiting for the customer" }),
  solved: () => ({ icon: check, tone: "good", text: "Solved" }),
  reopened: () => ({ icon: retry, text: "Opened again" }),
  warned: () => ({ icon: clock, tone: "warn", text: "The customer is silent and was asked" }),
  closed: () => ({ icon: check, text: "Closed" }),
  rated: (entry) => ({ icon: star, text: rated(entry) }),
};

/** What happened; an entry of a kind that is not known here shows its body or its kind. */
export function happening(entry: Entry): Happening {
  const told = TELLERS[entry.kind]?.(entry);
  return told ?? { icon: clock, text: entry.body || entry.kind };
}

function transferred(entry: Entry): Happening {
  const taker = field(entry, "to_staff");
  if (taker !== "" && taker === entry.author.name) {
    return { icon: hand, text: `${taker} took this chat` };
  }
  const to = taker || field(entry, "to_team") || "another queue";
  const by = entry.author.name ? ` by ${entry.author.name}` : "";
  const note = field(entry, "note");
  return { icon: transfer, text: `Transferred to ${to}${by}${note ? ` · “${note}”` : ""}` };
}

function rated(entry: Entry): string {
  const score = entry.payload?.score;
  const comment = field(entry, "comment");
  return `Rated ${typeof score === "number" ? `${score} of 5` : ""}${comment ? ` · “${comment}”` : ""}`;
}

/** Names stand in payloads as text or as a person or team with a name. */
function field(entry: Entry, name: string): string {
  const value = entry.payload?.[name];
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null && "name" in value) return String(value.name);
  return "";
}
