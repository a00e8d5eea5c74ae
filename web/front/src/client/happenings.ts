/** What the quiet lines of a thread say: an entry that nobody spoke, as a sentence. Pure. */

import { alert, check, clock, flag, hand, retry, signOut, star, transfer, user } from "./ui/icons";
import type { Entry } from "./wire.gen";

export interface Happening {
  readonly icon: string;
  readonly text: string;
  readonly tone?: "warn" | "good";
}

/** @param me the id of who reads, to whom their own deeds are "you" */
export function happening(entry: Entry, me: string): Happening {
  const who = entry.author.id === me ? "You" : entry.author.name;
  const told = (key: string) => text(entry.payload?.[key]);
  switch (entry.kind) {
    case "joined":
      return { icon: user, text: `${joiner(entry, me)} joined` };
    case "left":
      return {
        icon: alert,
        tone: "warn",
        text: `${told("staff_name") || who || "The agent"} is gone: back in line`,
      };
    case "transferred":
      return handedOver(entry, who, me);
    case "pending":
      return { icon: clock, text: `${who || "The desk"} ended the chat: waiting for the customer` };
    case "solved":
      return { icon: check, tone: "good", text: solved(entry, who) };
    case "reopened":
      return { icon: retry, text: "Opened again" };
    case "warned":
      return {
        icon: clock,
        tone: "warn",
        text: "The customer was asked whether they are still there",
      };
    case "closed":
      return { icon: signOut, text: "Closed" };
    case "rated":
      return { icon: star, text: rated(entry) };
    default:
      return { icon: flag, text: entry.body || entry.kind };
  }
}

function joiner(entry: Entry, me: string): string {
  const id = text(entry.payload?.staff_id) || entry.author.id;
  if (id === me) return "You";
  return text(entry.payload?.staff_name) || entry.author.name || "An agent";
}

function handedOver(entry: Entry, who: string, me: string): Happening {
  if (entry.author.id && entry.author.id === entry.payload?.staff_id) {
    return { icon: hand, text: `${who} took this chat` };
  }
  return { icon: transfer, text: transferred(entry, who, me) };
}

function transferred(entry: Entry, who: string, me: string): string {
  if (entry.payload?.reason === "overflow") return overflowed(entry);
  const team = text(entry.payload?.to_team);
  if (entry.payload?.reason === "overflow") return `Waited too long: moved on to the team ${team}`;
  const staff = text(entry.payload?.staff_id) === me ? "you" : text(entry.payload?.to_staff);
  const to = staff || (team && `the team ${team}`) || "somebody else";
  return who ? `${who} transferred this to ${to}` : `Transferred to ${to}`;
}

function overflowed(entry: Entry): string {
  const [from, to] = [text(entry.payload?.from_team), text(entry.payload?.to_team)];
  return `Passed on${from && ` from ${from}`} to ${to || "another team"}: the wait was too long`;
}

function solved(entry: Entry, who: string): string {
  if (entry.payload?.reason === "silent") return "Solved: the customer stayed silent";
  return who ? `${who} marked this as solved` : "Solved";
}

function rated(entry: Entry): string {
  const score = Number(entry.payload?.score) || 0;
  const comment = text(entry.payload?.comment);
  const stars = `${"★".repeat(score)}${"☆".repeat(Math.max(0, 5 - score))}`;
  return comment ? `Rated ${stars} “${comment}”` : `Rated ${stars}`;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
