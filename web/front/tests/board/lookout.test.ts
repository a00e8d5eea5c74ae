import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Lookout } from "../../src/board/lookout";
import { pageLocks } from "../../src/client/locks";
import { memoryShelf, type Shelf } from "../../src/client/shelf";
import type { Socket } from "../../src/client/socket";
import type { Entry, StaffCommand } from "../../src/client/wire.gen";
import { openedWith } from "../samples";
import { connect, Server, until } from "../server";
import { at, board, chat, staff, team } from "./samples";

let server: Server;
let socket: Socket<StaffCommand>;
let tab: Shelf;
let lookout: Lookout;

beforeEach(async () => {
  server = await Server.start();
  socket = connect(server);
  tab = memoryShelf();
  lookout = new Lookout(socket, "sam", memoryShelf(), pageLocks(), tab);
  socket.start();
  await greet();
});

afterEach(async () => {
  socket.stop();
  lookout.outbox.close();
  await server.stop();
});

async function greet(): Promise<void> {
  const { ref } = await server.next("hello");
  const sam = staff({ id: "sam", name: "Sam", role: "supervisor" });
  server.say({
    type: "staff_welcomed",
    ref,
    protocol: 1,
    at: at(0),
    me: sam,
    teams: [],
    staff: [sam],
    mine: [],
    unassigned: [],
    offers: [],
    lost: [],
  });
}

const said = (seq: number): Entry => ({
  seq,
  kind: "message",
  author: { kind: "customer", id: "maya", name: "Maya" },
  at: at(seq),
});

async function answerOpen(seqs: readonly number[]): Promise<StaffCommand> {
  const asked = await server.next("open_conversation");
  server.say(openedWith(chat(), seqs.map(said), { ref: asked.ref }));
  return asked;
}

describe("the lookout", () => {
  it("asks to watch the board with every connection", async () => {
    // A server that restarted knows nothing of who watched.
    expect(await server.next("watch_board")).toMatchObject({ on: true });
    server.cut();
    await greet();
    expect(await server.next("watch_board")).toMatchObject({ on: true });
  });

  it("says that the board is forbidden, and only then", async () => {
    // Other refusals pass, and are asked again.
    const first = await server.next("watch_board");
    server.say({ type: "failed", ref: first.ref, code: "rate", message: "", retry_after_ms: 1 });
    const second = await server.next("watch_board");
    expect(lookout.state.state.forbidden).toBe(false);
    server.say({
      type: "failed",
      ref: second.ref,
      code: "forbidden",
      message: "",
      retry_after_ms: null,
    });
    expect((await until(lookout.state, (state) => state.forbidden)).board).toBeNull();
  });

  it("goes on with an open chat where it was when the connection was lost", async () => {
    // The cursor says what is there; nothing comes twice, nothing is missing.
    lookout.open("c1");
    await answerOpen([1, 2]);
    await until(lookout.state, (state) => state.opened?.ready === true);
    server.cut();
    await greet();
    expect(await answerOpen([3])).toMatchObject({ cursor: { public: 2 } });
    const { opened } = await until(
      lookout.state,
      (state) => state.opened?.public.entries.length === 3,
    );
    expect(opened?.public.entries.map((entry) => entry.seq)).toEqual([1, 2, 3]);
  });

  it("asks for what an open chat misses", async () => {
    // A hint may be lost between two processes.
    lookout.open("c1");
    await answerOpen([1]);
    await until(lookout.state, (state) => state.opened?.ready === true);
    server.say({ type: "entry_appended", conversation_id: "c1", thread: "public", entry: said(3) });
    const asked = await server.next("fetch_entries");
    expect(asked).toMatchObject({ before: 3, limit: 1, thread: "public" });
    server.say({
      type: "entries_fetched",
      ref: asked.ref,
      conversation_id: "c1",
      thread: "public",
      entries: [said(2)],
      more: true,
    });
    const { opened } = await until(
      lookout.state,
      (state) => state.opened?.public.entries.length === 3,
    );
    expect(opened?.public.early).toEqual([]);
  });

  it("follows one chat at a time, and leaves the one before", async () => {
    // What nobody looks at costs the server nothing.
    lookout.open("c1");
    await answerOpen([1]);
    lookout.open("c2");
    expect(await server.next("leave_conversation")).toMatchObject({ conversation_id: "c1" });
    lookout.close();
    expect(await server.next("leave_conversation")).toMatchObject({ conversation_id: "c2" });
    expect(lookout.state.state.opened).toBeNull();
  });

  it("whispers through the outbox, so that nothing is lost on the way", async () => {
    // The same letter again after the connection was cut before its answer.
    lookout.write("c1", "Offer a resend.", true);
    const first = await server.next("add_note");
    expect(first).toMatchObject({ whisper: true, conversation_id: "c1" });
    server.cut();
    await greet();
    expect(await server.next("add_note")).toMatchObject({ client_id: first.client_id });
  });

  it("draws on after a reload", async () => {
    // The tab keeps the queues' past for the next page.
    const { ref } = await server.next("watch_board");
    server.say({ type: "done", ref });
    server.say({ type: "board_shown", board: board({ teams: [team({ waiting: 4 })] }) });
    await until(lookout.state, (state) => state.board !== null);
    lookout.rest();
    const next = new Lookout(socket, "sam", memoryShelf(), pageLocks(), tab);
    expect(next.state.state.history.orders?.map((sample) => sample.waiting)).toEqual([4]);
    next.outbox.close();
  });
});
