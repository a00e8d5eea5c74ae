import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Connection } from "../../src/client/connection";
import { Disconnected, Refused } from "../../src/client/replies";
import { Socket, type SocketOptions } from "../../src/client/socket";
import type { AnyEvent, StatusCommand } from "../../src/client/wire.gen";
import { Far, Ground } from "./far";

let far: Far;
let ground: Ground;
let socket: Socket<StatusCommand>;
const QUICK = { first_ms: 20, cap_ms: 80 };
const NEVER = { first_ms: 3_600_000, cap_ms: 3_600_000 };

function make(options: Partial<SocketOptions<StatusCommand>> = {}): Socket<StatusCommand> {
  socket = new Socket<StatusCommand>({
    url: far.url,
    hello: () => ({ cursors: [{ conversation_id: "c", public: 7 }] }),
    surroundings: ground,
    backoff: QUICK,
    ...options,
  });
  return socket;
}

function until(wanted: (connection: Connection) => boolean): Promise<Connection> {
  return new Promise((done) => {
    const look = (connection: Connection) => wanted(connection) && done(connection);
    socket.connection.subscribe(look);
    look(socket.connection.state);
  });
}

const online = ({ state }: Connection) => state === "online";
const fetch = { type: "fetch_entries", conversation_id: "c", before: 9 } as const;

beforeEach(async () => {
  far = await Far.open();
  ground = new Ground();
});

afterEach(async () => {
  socket.stop();
  await far.close();
});

describe("a socket", () => {
  it("says hello with its cursors each time it connects", async () => {
    make().start();
    await until(online);
    far.last.terminate();
    await far.until(() => far.heard.length === 2);
    for (const hello of far.heard) {
      expect(hello).toMatchObject({ type: "hello", protocol: 1, cursors: [{ public: 7 }] });
    }
  });

  it("is online only after the welcome was applied", async () => {
    const order: string[] = [];
    make().listen((event) => order.push(event.type));
    socket.connection.subscribe(({ state }) => order.push(state));
    socket.start();
    await until(online);
    expect(order).toEqual(["connecting", "status_welcomed", "online"]);
  });

  it("gives each request its own reply", async () => {
    make().start();
    await until(online);
    far.answer = () => null;
    const first = socket.request(fetch);
    const second = socket.request(fetch);
    await far.until(() => far.heard.length === 3);
    const [, one, two] = far.heard;
    far.tell({ type: "done", ref: two?.ref });
    far.tell({ type: "done", ref: one?.ref });
    expect(await first).toMatchObject({ ref: one?.ref });
    expect(await second).toMatchObject({ ref: two?.ref });
  });

  it("hands on a refusal with its code and how long to wait", async () => {
    make().start();
    await until(online);
    far.answer = ({ ref }) => ({
      type: "failed",
      ref,
      code: "rate",
      message: "slow",
      retry_after_ms: 300,
    });
    const error = await socket.request(fetch).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Refused);
    expect(error).toMatchObject({ code: "rate", message: "slow", retry_after_ms: 300 });
  });

  it("abandons what was under way when the connection goes", async () => {
    make().start();
    await until(online);
    far.answer = () => null;
    const asked = socket.request(fetch).catch((caught: unknown) => caught);
    await far.until(() => far.heard.length === 2);
    far.last.terminate();
    expect(await asked).toBeInstanceOf(Disconnected);
  });

  it("refuses requests while there is no connection", async () => {
    make();
    await expect(socket.request(fetch)).rejects.toBeInstanceOf(Disconnected);
    expect(socket.post(fetch)).toBe(false);
  });

  it("does not come back after 4001: somebody has to sign in first", async () => {
    make().start();
    await until(online);
    far.last.close(4001);
    expect(await until(({ state }) => state === "stopped")).toMatchObject({ reason: "signed_out" });
    expect(far.links).toHaveLength(1);
  });

  it("does not come back after 4002: the page has to be reloaded first", async () => {
    make().start();
    await until(online);
    far.last.close(4002);
    expect(await until(({ state }) => state === "stopped")).toMatchObject({ reason: "outdated" });
  });

  it("stops when its hello is refused as unauthenticated", async () => {
    far.greet = ({ ref }) => ({
      type: "failed",
      ref,
      code: "unauthenticated",
      message: "",
      retry_after_ms: null,
    });
    make().start();
    expect(await until(({ state }) => state === "stopped")).toMatchObject({ reason: "signed_out" });
  });

  it("comes back when a closing server says, not when the backoff would", async () => {
    make({ backoff: NEVER }).start();
    await until(online);
    far.tell({ type: "closing", reason: "restart", resume_after_ms: 10 });
    far.last.close(1012);
    await far.until(() => far.links.length === 2);
    await until(online);
  });

  it("tries at once when the network is back", async () => {
    make({ backoff: NEVER }).start();
    await until(online);
    ground.lose();
    expect(socket.connection.state.state).toBe("offline");
    ground.wake();
    await far.until(() => far.links.length === 2);
    await until(online);
  });

  it("drops a link that leaves a request unanswered", async () => {
    make({ limits: { reply_ms: 30 } }).start();
    await until(online);
    far.answer = () => null;
    const error = await socket.request(fetch).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Disconnected);
    await far.until(() => far.links.length === 2);
  });

  it("asks a silent link whether it lives, and drops one that does not answer", async () => {
    make({ limits: { quiet_ms: 0, reply_ms: 60 } }).start();
    await until(online);
    ground.wake();
    await far.until(() => far.heard.at(-1)?.type === "ping");
    expect(socket.online).toBe(true);
    far.answer = () => null;
    ground.wake();
    await far.until(() => far.links.length === 2);
  });

  it("drops a link that does not welcome it in time", async () => {
    far.greet = () => null;
    make({ limits: { welcome_ms: 30 } }).start();
    await far.until(() => far.links.length === 2);
  });

  it("says when the next try is due", async () => {
    make({ backoff: NEVER }).start();
    await until(online);
    far.last.terminate();
    const { state, retry_at } = await until(({ state }) => state !== "online");
    expect(state).toBe("reconnecting");
    expect(retry_at).toBeGreaterThan(Date.now());
  });

  it("knows since when the server is away, until it is back", async () => {
    make().start();
    await until(online);
    const before = Date.now();
    far.last.terminate();
    const { lost_at } = await until(({ state }) => state !== "online");
    expect(lost_at).toBeGreaterThanOrEqual(before);
    await until(online);
    expect(socket.connection.state.lost_at).toBeNull();
  });

  it("counts a dead link as away since it was last heard, not since that was noticed", async () => {
    make({ backoff: NEVER, limits: { reply_ms: 60 } }).start();
    await until(online);
    const heard_at = Date.now();
    far.answer = () => null;
    void socket.request({ type: "ping" } as never).catch(() => undefined);
    const { lost_at } = await until(({ state }) => state !== "online");
    expect(lost_at).toBeLessThanOrEqual(heard_at);
    expect(Date.now() - (lost_at ?? 0)).toBeGreaterThanOrEqual(60);
  });

  it("hands events that it does not know to its listeners, who ignore them", async () => {
    make().start();
    await until(online);
    const heard = new Promise<AnyEvent>((done) => socket.listen(done));
    far.tell({ type: "something_of_tomorrow" });
    expect(await heard).toMatchObject({ type: "something_of_tomorrow" });
    expect(socket.online).toBe(true);
  });

  it("starts again after it was stopped", async () => {
    make().start();
    await until(online);
    socket.stop();
    expect(socket.connection.state).toMatchObject({ state: "stopped", reason: "left" });
    socket.start();
    await until(online);
    expect(far.links).toHaveLength(2);
  });
});
