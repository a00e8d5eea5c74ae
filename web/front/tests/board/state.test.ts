import { describe, expect, it } from "vitest";
import { type Act, apply, EMPTY, type State } from "../../src/board/state";
import type { AnyEvent, Entry } from "../../src/client/wire.gen";
import { ORDERS } from "../console/samples";
import { openedWith } from "../samples";
import { agent, at, board, chat, NOON, staff, team } from "./samples";

const sam = staff({ id: "sam", name: "Sam", role: "supervisor" });

function told(...events: (AnyEvent | Act)[]): State {
  return events.reduce((state, event) => apply(state, event, NOON), EMPTY);
}

const welcomed: AnyEvent = {
  type: "staff_welcomed",
  ref: "1",
  protocol: 1,
  at: at(0),
  me: sam,
  teams: [],
  staff: [sam],
  mine: [],
  unassigned: [],
  offers: [],
  lost: [],
};
const shown = (fields: Parameters<typeof board>[0]): AnyEvent => ({
  type: "board_shown",
  board: board(fields),
});
const chosen: Act = { type: "chat_chosen", conversation_id: "c1" };
const opened = (entries: Entry[], notes: Entry[] = []): AnyEvent =>
  openedWith(chat({ version: 2 }), entries, { staff: notes });
const said = (seq: number): Entry => ({
  seq,
  kind: "message",
  author: { kind: "customer", id: "maya", name: "Maya" },
  at: at(seq),
  body: String(seq),
});

describe("the board's state", () => {
  it("shows the newest snapshot, and none that is older", () => {
    // A reconnect to another process may bring an older board first.
    const state = told(shown({ at: at(5), teams: [team({ waiting: 2 })] }), shown({ at: at(3) }));
    expect(state.board?.teams[0]?.waiting).toBe(2);
  });

  it("keeps the higher version of a chat, whichever way it came", () => {
    // A change overtakes the snapshot that was made before it.
    const taken = chat({ version: 3, live: "assigned", assignee: { id: "ada", name: "Ada" } });
    const state = told(
      shown({ chats: [chat({ version: 2 })] }),
      { type: "conversation_changed", summary: taken },
      shown({ at: at(1), chats: [chat({ version: 2 })] }),
    );
    expect(state.board?.chats[0]?.assignee?.name).toBe("Ada");
  });

  it("drops a chat that has ended, and does not take it back from an older snapshot", () => {
    // Only what waits or is with an agent is on the board.
    const ended = chat({ version: 3, live: "ended" });
    const state = told(shown({ chats: [chat({ version: 2 })] }), {
      type: "conversation_changed",
      summary: ended,
    });
    expect(state.board?.chats).toEqual([]);
  });

  it("shows an agent's change before the next snapshot", () => {
    // Who sets somebody away sees it at once.
    const away = staff({ availability: "away" });
    const state = told(shown({ agents: [agent()] }), { type: "staff_changed", staff: away });
    expect(state.board?.agents[0]?.staff.availability).toBe("away");
    expect(state.staff.ada?.availability).toBe("away");
  });

  it("raises an alert with the snapshot, and keeps it acknowledged", () => {
    // One snapshot a second must not undo what a person did.
    const over = (seconds: number) =>
      shown({ at: at(seconds), teams: [team({ alerts: ["wait"] })] });
    const acknowledged: Act = { type: "alerts_acknowledged", keys: ["orders:wait"] };
    const state = told(over(1), acknowledged, over(2));
    expect(state.alerts.map((alert) => alert.acknowledged)).toEqual([true]);
  });

  it("shows thresholds as they were set", () => {
    // The next snapshot says the same.
    const thresholds = { alert_depth: 5, alert_wait_seconds: null };
    const state = told(shown({}), { type: "thresholds_set", team_id: "orders", thresholds });
    expect(state.board?.teams[0]?.alert_depth).toBe(5);
  });

  it("shows a queue as paused when it was paused, and a team as it was changed", () => {
    // The next snapshot says the same; the lists' targets come with the team.
    const view = { ...ORDERS, wait_target_seconds: 20 };
    const state = told(
      shown({}),
      { type: "team_paused", team_id: "orders", paused: true },
      { type: "team_changed", team: view },
    );
    expect(state.board?.teams[0]?.paused).toBe(true);
    expect(state.teams).toEqual([view]);
  });

  it("is empty for who may not see it", () => {
    // Nothing of an earlier sign-in stays on screen.
    expect(told(shown({}), { type: "board_forbidden" })).toMatchObject({
      forbidden: true,
      board: null,
    });
  });

  it("starts the clock anew with each connection", () => {
    // Another machine's clock has another offset.
    const ahead = apply(EMPTY, { ...welcomed, at: at(10) } as AnyEvent, NOON);
    expect(apply(ahead, welcomed, NOON).clock?.offset_ms).toBe(0);
  });
});

describe("an open chat", () => {
  it("shows what the list knows until the server answers", () => {
    // The head of the panel is there at once.
    const state = told(shown({ chats: [chat()] }), chosen);
    expect(state.opened).toMatchObject({ summary: { number: 1 }, ready: false });
  });

  it("takes both threads, each once, in order", () => {
    // The snapshot and the feed overlap after a reconnect.
    const state = told(
      chosen,
      opened([said(1), said(2)]),
      {
        type: "entry_appended",
        conversation_id: "c1",
        thread: "public",
        entry: said(2),
      },
      { type: "entry_appended", conversation_id: "c1", thread: "public", entry: said(3) },
    );
    expect(state.opened?.public.entries.map((entry) => entry.seq)).toEqual([1, 2, 3]);
    expect(state.opened?.staff.entries).toEqual([]);
  });

  it("ignores other conversations", () => {
    // A late event of the one before must not show in this one.
    const state = told(chosen, opened([said(1)]));
    const event: AnyEvent = {
      type: "entry_appended",
      conversation_id: "c2",
      thread: "public",
      entry: said(2),
    };
    expect(apply(state, event, NOON)).toBe(state);
  });

  it("follows who types, until they have said it or six seconds pass", () => {
    // The end of typing is a sign that may be lost.
    const maya = { id: "maya", name: "Maya" };
    const typing: AnyEvent = {
      type: "typing_changed",
      conversation_id: "c1",
      by: "customer",
      person: maya,
      typing: true,
    };
    const state = told(chosen, opened([]), typing);
    expect(state.opened?.typing).toEqual([{ person: maya, until_ms: NOON + 6_000 }]);
    const entry: AnyEvent = {
      type: "entry_appended",
      conversation_id: "c1",
      thread: "public",
      entry: said(1),
    };
    expect(apply(state, entry, NOON).opened?.typing).toEqual([]);
  });

  it("learns of a new holder from the board alone", () => {
    // Changes of other teams' chats may come only with the snapshot.
    const held = chat({ version: 5, live: "assigned", assignee: { id: "ada", name: "Ada" } });
    const state = told(chosen, opened([]), shown({ chats: [held] }));
    expect(state.opened?.summary?.assignee?.name).toBe("Ada");
  });

  it("says why it cannot be opened, only while it is the one", () => {
    // The answer may come after another was chosen.
    const refused: Act = { type: "chat_refused", conversation_id: "c1", code: "not_found" };
    expect(told(chosen, refused).opened?.refused).toBe("not_found");
    const other: Act = { type: "chat_chosen", conversation_id: "c2" };
    expect(told(chosen, other, refused).opened?.refused).toBeNull();
  });
});
