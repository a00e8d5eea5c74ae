import { describe, expect, it } from "vitest";
import type { Item } from "../../src/client/letters";
import { type Line, lines } from "../../src/client/lines";
import { apply, emptyThread, type ThreadState } from "../../src/client/thread";
import type { Entry } from "../../src/client/wire.gen";

const ID = "conversation";

function entry(seq: number, fields: Partial<Entry> = {}): Entry {
  const author = { kind: "customer", id: "c", name: "Ana" } as const;
  return { seq, kind: "message", author, at: "2026-11-22T10:00:00Z", body: "hi", ...fields };
}

function thread(entries: Entry[], name: "public" | "staff" = "public"): ThreadState {
  return entries.reduce<ThreadState>(
    (state, added) =>
      apply(state, { type: "entry_appended", conversation_id: ID, thread: name, entry: added }),
    emptyThread(ID, name),
  );
}

function item(client_id: string, fields: Partial<Item> = {}): Item {
  return {
    client_id,
    letter: { type: "send_message", conversation_id: ID, client_id, body: "hi" },
    at: 1,
    state: "waiting",
    conversation_id: ID,
    thread: "public",
    seq: null,
    attempts: 0,
    code: null,
    message: "",
    ...fields,
  };
}

function kinds(drawn: Line[]): string[] {
  return drawn.map(({ type }) => type);
}

describe("the lines of a thread", () => {
  it("put what is on its way after what is stored", () => {
    const drawn = lines([thread([entry(1)])], [item("a"), item("b")]);
    expect(kinds(drawn)).toEqual(["day", "entry", "pending", "pending"]);
  });

  it("keep the key of a letter when it is stored, so that its bubble stays in place", () => {
    const before = lines([thread([])], [item("a")]);
    const after = lines([thread([entry(1, { client_id: "a" })])], [item("a")]);
    expect(before.at(-1)?.key).toBe("a");
    expect(after.filter(({ key }) => key === "a")).toHaveLength(1);
    expect(kinds(after)).toEqual(["day", "entry"]);
  });

  it("show a sent letter until its entry has come, and not after", () => {
    const sent = item("a", { state: "sent", seq: 2 });
    expect(kinds(lines([thread([entry(1)])], [sent]))).toEqual(["day", "entry", "pending"]);
    expect(kinds(lines([thread([entry(1), entry(2)])], [sent]))).toEqual(["day", "entry", "entry"]);
  });

  it("leave out letters of other conversations and threads", () => {
    const elsewhere = [item("a", { conversation_id: "x" }), item("b", { thread: "staff" })];
    expect(kinds(lines([thread([entry(1)])], elsewhere))).toEqual(["day", "entry"]);
  });

  it("begin each day with its date", () => {
    const next = entry(2, { at: "2026-11-24T10:00:00Z" });
    expect(kinds(lines([thread([entry(1), next])], []))).toEqual(["day", "entry", "day", "entry"]);
  });

  it("join a run of one author, and part it after five minutes", () => {
    const drawn = lines(
      [
        thread([
          entry(1),
          entry(2, { at: "2026-11-22T10:04:00Z" }),
          entry(3, { at: "2026-11-22T10:10:00Z" }),
        ]),
      ],
      [],
    ).filter((line) => line.type === "entry");
    expect(drawn.map(({ first, last }) => [first, last])).toEqual([
      [true, false],
      [false, true],
      [true, true],
    ]);
  });

  it("interleave both threads by their position", () => {
    const said = thread([entry(1, { position: 1 }), entry(2, { position: 3 })]);
    const noted = thread([entry(1, { position: 2, kind: "note" })], "staff");
    const drawn = lines([said, noted], []).filter((line) => line.type === "entry");
    expect(drawn.map((line) => line.entry.position)).toEqual([1, 2, 3]);
  });

  it("show a rating once, as it was given last", () => {
    const rated = (seq: number) => entry(seq, { kind: "rated" });
    const drawn = lines([thread([entry(1), rated(2), rated(3)])], []);
    expect(drawn.filter((line) => line.type === "entry").map((line) => line.entry.seq)).toEqual([
      1, 3,
    ]);
  });
});
