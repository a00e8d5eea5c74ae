import { afterEach, beforeEach, expect, it } from "vitest";
import { pageLocks } from "../../src/client/locks";
import { memoryShelf, type Shelf } from "../../src/client/shelf";
import type { Socket } from "../../src/client/socket";
import type { StaffCommand, StaffWelcomed } from "../../src/client/wire.gen";
import { Desk } from "../../src/console/desk";
import { entry, openedWith, summary } from "../samples";
import { connect, Server, until } from "../server";
import { held, welcome } from "./samples";

let server: Server;
let socket: Socket<StaffCommand>;
let shelf: Shelf;
let desk: Desk;

beforeEach(async () => {
  server = await Server.start();
  shelf = memoryShelf();
  socket = connect(server);
  desk = new Desk(socket, "me", shelf, pageLocks());
});

afterEach(async () => {
  socket.stop();
  desk.outbox.close();
  await server.stop();
});

async function greet(change: Partial<StaffWelcomed>): Promise<void> {
  const hello = await server.next("hello");
  server.say(welcome({ ...change, ref: hello.ref }));
}

async function answerOpen(
  id: string,
  seqs: readonly number[],
  row = held(id, "me"),
): Promise<StaffCommand> {
  const asked = await server.next("open_conversation");
  server.say(
    openedWith(
      row,
      seqs.map((seq) => entry(seq)),
      { ref: asked.ref },
    ),
  );
  return asked;
}

const seqs = () => desk.state.state.followed.a?.public.entries.map(({ seq }) => seq) ?? [];

it("my chats are followed without being opened", async () => {
  // Changing between chats is instant, and each knows what is unread.
  socket.start();
  await greet({ mine: [held("a", "me")] });
  await answerOpen("a", [1, 2]);
  await until(desk.state, () => seqs().length === 2);
});

it("after a lost connection a thread goes on from its cursor, nothing missing and nothing twice", async () => {
  // Promise 1, at the console's end.
  socket.start();
  await greet({ mine: [held("a", "me")] });
  await answerOpen("a", [1, 2]);
  await until(desk.state, () => seqs().length === 2);
  server.cut();
  await greet({ mine: [held("a", "me")] });
  const asked = await answerOpen("a", [3]);
  expect(asked).toMatchObject({ cursor: { conversation_id: "a", public: 2, staff: 0 } });
  server.say({ type: "entry_appended", conversation_id: "a", thread: "public", entry: entry(3) });
  server.say({ type: "entry_appended", conversation_id: "a", thread: "public", entry: entry(4) });
  await until(desk.state, () => seqs().length === 4);
  expect(seqs()).toEqual([1, 2, 3, 4]);
});

it("a hole in a thread is asked for and not shown over", async () => {
  // A line that comes too early waits for those before it.
  socket.start();
  await greet({ mine: [held("a", "me")] });
  await answerOpen("a", [1]);
  server.say({ type: "entry_appended", conversation_id: "a", thread: "public", entry: entry(3) });
  const asked = await server.next("fetch_entries");
  expect(asked).toMatchObject({ conversation_id: "a", thread: "public", before: 3, limit: 1 });
  expect(seqs()).toEqual([1]);
  server.say({
    type: "entries_fetched",
    ref: asked.ref,
    conversation_id: "a",
    thread: "public",
    entries: [entry(2)],
    more: false,
  });
  await until(desk.state, () => seqs().length === 3);
});

it("what is written while there is no connection goes out, once, when it is back", async () => {
  // The outbox is visible and kept; the server knows the client id.
  desk.outbox.put({ type: "send_message", conversation_id: "a", body: "soon" });
  socket.start();
  await greet({ mine: [held("a", "me")] });
  const first = await server.next("send_message");
  server.cut();
  await greet({ mine: [held("a", "me")] });
  const again = await server.next("send_message");
  expect(again.client_id).toBe(first.client_id);
  const { ref, client_id } = again;
  const acked = { conversation_id: "a", client_id, thread: "public" as const, seq: 2 };
  server.say({ type: "acked", ref, ...acked, at: "2026-11-22T10:00:00Z" });
  await until(desk.outbox.items, ([item]) => item?.state === "sent");
  expect(shelf.keys("frontdesk.outbox")).toEqual([]);
});

it("a chat that I had open when it became mine is opened again as mine", async () => {
  // The server counts as seen only what was opened as one's own.
  socket.start();
  await greet({ unassigned: [summary("a")] });
  await until(socket.connection, ({ state }) => state === "online");
  desk.select("a");
  await answerOpen("a", [1], summary("a"));
  await until(desk.state, () => seqs().length === 1);
  server.say({ type: "conversation_changed", summary: held("a", "me") });
  expect(await server.next("open_conversation")).toMatchObject({ cursor: { public: 1 } });
});

it("a chat that is neither mine nor on screen is left", async () => {
  // Nobody is shown as viewing what they do not look at.
  socket.start();
  await greet({ unassigned: [summary("a")] });
  await until(socket.connection, ({ state }) => state === "online");
  desk.select("a");
  await answerOpen("a", [1], summary("a"));
  await until(desk.state, () => seqs().length === 1);
  desk.select(null);
  expect(await server.next("leave_conversation")).toMatchObject({ conversation_id: "a" });
  expect(desk.state.state.followed).toEqual({});
});
