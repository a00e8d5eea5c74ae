import { describe, expect, it } from "vitest";
import { counts, NO_FILTER, shown, urgency, waited } from "../../src/board/chats";
import { at, chat, NOON } from "./samples";

const ada = { id: "ada", name: "Ada Holm" };
const waiting = chat({ conversation_id: "w", waiting_since: at(10) });
const urgent = chat({ conversation_id: "u", waiting_since: at(50), priority: 3 });
const active = chat({ conversation_id: "a", live: "assigned", assignee: ada, number: 42 });
const unanswered = chat({ conversation_id: "q", live: "assigned", unanswered_since: at(5) });
const all = [active, unanswered, waiting, urgent];
const ids = (chats: readonly { conversation_id: string }[]) =>
  chats.map((one) => one.conversation_id);

describe("the list of chats", () => {
  it("has the waiting first, as they will be served, then the unanswered", () => {
    // What needs somebody stands at the top.
    expect(ids(shown(all, NO_FILTER))).toEqual(["u", "w", "q", "a"]);
  });

  it("is filtered by stage, team and words together", () => {
    // Every word must occur somewhere: names, mail, subject, agent, number.
    expect(ids(shown(all, { ...NO_FILTER, stage: "active", text: "HOLM maya" }))).toEqual(["a"]);
    expect(ids(shown(all, { ...NO_FILTER, text: "#42" }))).toEqual(["a"]);
    expect(shown(all, { ...NO_FILTER, team_id: "billing" })).toEqual([]);
  });

  it("counts within the chosen team", () => {
    // The numbers on the tabs are those that a click shows.
    expect(counts([...all, chat({ team_id: "billing" })], "orders")).toEqual({
      all: 4,
      waiting: 2,
      active: 2,
    });
  });
});

describe("a wait", () => {
  it("runs from the queue, then from the first unanswered message, else not at all", () => {
    // Null, not 0, for who has their answer.
    expect(waited(waiting, NOON + 70_000)).toBe(60);
    expect(waited(unanswered, NOON + 70_000)).toBe(65);
    expect(waited(active, NOON + 70_000)).toBeNull();
  });

  it("is coloured by the team's target", () => {
    // Warm from half of it, late beyond it.
    expect([null, 29, 30, 60, 61].map((seconds) => urgency(seconds, 60))).toEqual([
      "calm",
      "calm",
      "warm",
      "warm",
      "late",
    ]);
  });
});
