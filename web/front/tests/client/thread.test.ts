import { describe, expect, it } from "vitest";
import {
  apply,
  emptyThread,
  head,
  missing,
  older,
  type ThreadState,
} from "../../src/client/thread";
import type { AnyEvent, Entry } from "../../src/client/wire.gen";

const ID = "conversation";

function entry(seq: number): Entry {
  const author = { kind: "customer", id: "c", name: "Ana" } as const;
  return { seq, kind: "message", author, at: "2026-11-22T10:00:00Z", body: `line ${seq}` };
}

function appended(seq: number, conversation_id = ID): AnyEvent {
  return { type: "entry_appended", conversation_id, thread: "public", entry: entry(seq) };
}

function fetched(seqs: number[], more: boolean): AnyEvent {
  const entries = seqs.map(entry);
  return {
    type: "entries_fetched",
    ref: "r",
    conversation_id: ID,
    thread: "public",
    entries,
    more,
  };
}

function play(events: AnyEvent[], from: ThreadState = emptyThread(ID)): ThreadState {
  return events.reduce(apply, from);
}

function seqs(state: ThreadState): number[] {
  return state.entries.map(({ seq }) => seq);
}

describe("a thread", () => {
  it("shows entries in the order of their seq", () => {
    expect(seqs(play([appended(1), appended(2), appended(3)]))).toEqual([1, 2, 3]);
  });

  it("drops what it has, and stays the same object", () => {
    const state = play([appended(1), appended(2)]);
    expect(apply(state, appended(2))).toBe(state);
  });

  it("does not show an entry before those that come before it", () => {
    const state = play([appended(1), appended(4), appended(3)]);
    expect(seqs(state)).toEqual([1]);
    expect(missing(state)).toEqual({ conversation_id: ID, thread: "public", before: 3, limit: 1 });
  });

  it("shows everything once the hole is closed", () => {
    const state = play([appended(1), appended(4), appended(3), fetched([2], true)]);
    expect(seqs(state)).toEqual([1, 2, 3, 4]);
    expect(missing(state)).toBeNull();
    expect(state.early).toEqual([]);
  });

  it("asks again while a hole is larger than a page", () => {
    const hole = play([appended(1), appended(500)]);
    expect(missing(hole)).toMatchObject({ before: 500, limit: 200 });
    const page = Array.from({ length: 200 }, (_, index) => 300 + index);
    expect(missing(apply(hole, fetched(page, true)))).toMatchObject({ before: 300, limit: 200 });
  });

  it("begins with whatever comes first, and knows that there is more before", () => {
    const state = play([appended(38), appended(39)]);
    expect(seqs(state)).toEqual([38, 39]);
    expect(older(state)).toMatchObject({ before: 38 });
  });

  it("knows its beginning", () => {
    expect(older(play([appended(1)]))).toBeNull();
  });

  it("puts older pages before, until there are no more", () => {
    const state = play([appended(5), fetched([3, 4], true)]);
    expect(seqs(state)).toEqual([3, 4, 5]);
    expect(older(state)).toMatchObject({ before: 3 });
    const whole = apply(state, fetched([1, 2], false));
    expect(seqs(whole)).toEqual([1, 2, 3, 4, 5]);
    expect(older(whole)).toBeNull();
  });

  it("keeps what is on screen when an older page comes out of step", () => {
    const state = play([appended(9), appended(10), fetched([2, 3], true)]);
    expect(seqs(state)).toEqual([9, 10]);
  });

  it("learns nothing from an empty page", () => {
    const state = play([appended(5)]);
    expect(apply(state, fetched([], false))).toBe(state);
  });

  it("is not concerned with other conversations", () => {
    const state = play([appended(1)]);
    expect(apply(state, appended(2, "another"))).toBe(state);
  });

  it("tells a hello how far it reaches without a hole", () => {
    expect(head(play([appended(1), appended(2), appended(7)]))).toBe(2);
    expect(head(emptyThread(ID))).toBe(0);
  });

  it("comes out the same whatever the order and however often its entries come", () => {
    const all = [1, 2, 3, 4, 5, 6, 7];
    for (let turn = 0; turn < 200; turn++) {
      const shuffled = [...all, ...all].sort(() => Math.random() - 0.5);
      const state = play([appended(1), ...shuffled.map((seq) => appended(seq))]);
      expect(seqs(state)).toEqual(all);
    }
  });
});
