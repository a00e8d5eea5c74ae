import { afterEach, describe, expect, it, vi } from "vitest";
import type { Letter, Unsigned } from "../../src/client/letters";
import { pageLocks } from "../../src/client/locks";
import { Outbox } from "../../src/client/outbox";
import { Disconnected, Refused } from "../../src/client/replies";
import { memoryShelf, type Shelf } from "../../src/client/shelf";
import type { Acked, Code } from "../../src/client/wire.gen";

type Answer = Acked | Error;

/** The other end: keeps what arrives, numbers it once a client id, and answers as it is told. */
class Far {
  readonly arrived: Letter[] = [];
  readonly stored: string[] = [];
  readonly refusals: (Error | undefined)[] = [];
  #waiting: { letter: Letter; settle: (answer: Answer) => void }[] = [];
  held = false;

  send = (letter: Letter): Promise<Acked> => {
    this.arrived.push(letter);
    const refusal = this.refusals.shift();
    if (refusal) return Promise.reject(refusal);
    if (!this.held) return Promise.resolve(this.store(letter));
    return new Promise((done, fail) => {
      const settle = (answer: Answer) => (answer instanceof Error ? fail(answer) : done(answer));
      this.#waiting.push({ letter, settle });
    });
  };

  store(letter: Letter): Acked {
    if (!this.stored.includes(letter.client_id)) this.stored.push(letter.client_id);
    const conversation_id = "conversation_id" in letter ? letter.conversation_id : "made";
    const seq = this.stored.indexOf(letter.client_id) + 1;
    const { client_id } = letter;
    return { type: "acked", ref: "r", conversation_id, client_id, thread: "public", seq, at: "" };
  }

  /** Answers what waits: stored, or stored with the answer lost on the way. */
  release(lost = false): void {
    for (const { letter, settle } of this.#waiting.splice(0)) {
      const answer = this.store(letter);
      settle(lost ? new Disconnected() : answer);
    }
  }
}

const open: Outbox[] = [];

function outbox(far: Far, shelf: Shelf = memoryShelf(), exclusively = pageLocks()): Outbox {
  const made = new Outbox({ identity: "me", shelf, exclusively, send: far.send, random: () => 0 });
  open.push(made);
  return made;
}

function message(body: string, conversation_id = "one"): Unsigned {
  return { type: "send_message", conversation_id, body };
}

function states(box: Outbox): string[] {
  return box.items.state.map(({ state }) => state);
}

function bodies(far: Far): string[] {
  return far.arrived.map(({ body }) => body);
}

function refusal(code: Code, retry_after_ms: number | null = null): Refused {
  return new Refused(code, `refused: ${code}`, retry_after_ms);
}

/** Resolves once the outbox is as `wanted`; a test that waits in vain fails by its timeout. */
function until(box: Outbox, wanted: (box: Outbox) => boolean): Promise<void> {
  return new Promise((done) => {
    const look = () => wanted(box) && done();
    box.items.subscribe(look);
    look();
  });
}

const allSent = (box: Outbox) => states(box).every((state) => state === "sent");

afterEach(() => {
  for (const box of open.splice(0)) box.close();
  vi.useRealTimers();
});

describe("an outbox", () => {
  it("keeps letters while there is no connection and sends them in order when it comes", async () => {
    const far = new Far();
    const box = outbox(far);
    for (const body of ["a", "b", "c"]) box.put(message(body));
    expect(states(box)).toEqual(["waiting", "waiting", "waiting"]);
    box.setOnline(true);
    await until(box, allSent);
    expect(bodies(far)).toEqual(["a", "b", "c"]);
  });

  it("survives a reload", async () => {
    const far = new Far();
    const shelf = memoryShelf();
    const before = outbox(far, shelf);
    before.put(message("typed just before"));
    before.close();
    const after = outbox(far, shelf);
    expect(states(after)).toEqual(["waiting"]);
    after.setOnline(true);
    await until(after, allSent);
    expect(bodies(far)).toEqual(["typed just before"]);
  });

  it("sends again what was not answered, under the same client id", async () => {
    const far = new Far();
    far.held = true;
    const box = outbox(far);
    box.setOnline(true);
    const { client_id } = box.put(message("once"));
    await until(box, () => states(box)[0] === "sending");
    box.setOnline(false);
    far.release(true);
    await until(box, () => states(box)[0] === "waiting");
    far.held = false;
    box.setOnline(true);
    await until(box, allSent);
    expect(far.arrived.map((letter) => letter.client_id)).toEqual([client_id, client_id]);
    expect(far.stored).toEqual([client_id]);
  });

  it("does not send the next one before the one before it is answered", async () => {
    const far = new Far();
    far.held = true;
    const box = outbox(far);
    box.setOnline(true);
    box.put(message("a"));
    box.put(message("b"));
    await until(box, () => states(box)[0] === "sending");
    expect(states(box)).toEqual(["sending", "waiting"]);
    far.held = false;
    far.release();
    await until(box, allSent);
    expect(bodies(far)).toEqual(["a", "b"]);
  });

  it("does not hold up one conversation for another", async () => {
    const far = new Far();
    far.held = true;
    const box = outbox(far);
    box.setOnline(true);
    box.put(message("a", "one"));
    box.put(message("b", "two"));
    await until(box, () => states(box).every((state) => state === "sending"));
    expect(bodies(far)).toEqual(["a", "b"]);
  });

  it("shows what was refused for good, says why, and goes on with the next", async () => {
    const far = new Far();
    far.refusals.push(refusal("ended"));
    const box = outbox(far);
    box.setOnline(true);
    box.put(message("a"));
    box.put(message("b"));
    await until(box, () => states(box)[1] === "sent");
    expect(box.items.state[0]).toMatchObject({
      state: "failed",
      code: "ended",
      message: "refused: ended",
    });
  });

  it("sends a failed letter again when asked, and only then", async () => {
    const far = new Far();
    far.refusals.push(refusal("not_assigned"));
    const box = outbox(far);
    box.setOnline(true);
    const { client_id } = box.put(message("a"));
    await until(box, () => states(box)[0] === "failed");
    box.setOnline(false);
    box.setOnline(true);
    expect(far.arrived).toHaveLength(1);
    box.retry(client_id);
    await until(box, allSent);
    expect(far.arrived).toHaveLength(2);
  });

  it("throws away a failed letter for good", async () => {
    const far = new Far();
    far.refusals.push(refusal("too_large"));
    const shelf = memoryShelf();
    const box = outbox(far, shelf);
    box.setOnline(true);
    const { client_id } = box.put(message("a"));
    await until(box, () => states(box)[0] === "failed");
    box.remove(client_id);
    expect(box.items.state).toEqual([]);
    expect(outbox(far, shelf).items.state).toEqual([]);
  });

  it("waits as long as it was told after a refusal that may be retried, keeping the order", async () => {
    vi.useFakeTimers();
    const far = new Far();
    far.refusals.push(refusal("rate", 700));
    const box = outbox(far);
    box.setOnline(true);
    box.put(message("a"));
    box.put(message("b"));
    await vi.advanceTimersByTimeAsync(650);
    expect(bodies(far)).toEqual(["a"]);
    await vi.advanceTimersByTimeAsync(100);
    expect(bodies(far)).toEqual(["a", "a", "b"]);
    expect(states(box)).toEqual(["sent", "sent"]);
  });

  it("waits longer each time when it was not told how long", async () => {
    vi.useFakeTimers();
    const far = new Far();
    far.refusals.push(refusal("unavailable"), refusal("unavailable"), refusal("unavailable"));
    const box = outbox(far);
    box.setOnline(true);
    box.put(message("a"));
    const tries: number[] = [];
    for (let at = 0; at <= 2_000; at += 50) {
      tries.push(far.arrived.length);
      await vi.advanceTimersByTimeAsync(50);
    }
    const at = (n: number) => tries.indexOf(n) * 50;
    expect([at(2), at(3), at(4)]).toEqual([250, 750, 1_750]);
    expect(states(box)).toEqual(["sent"]);
  });

  it("gives a first message its conversation when it is acked", async () => {
    const box = outbox(new Far());
    box.setOnline(true);
    box.put({ type: "start_conversation", body: "hello" });
    await until(box, allSent);
    expect(box.items.state[0]).toMatchObject({ conversation_id: "made", seq: 1 });
  });

  it("writes letters in the order of typing even when the clock stands still or jumps back", () => {
    const box = new Outbox({
      identity: "me",
      shelf: memoryShelf(),
      exclusively: pageLocks(),
      send: new Far().send,
      now: (() => {
        const clock = [1_000, 1_000, 400];
        return () => clock.shift() ?? 0;
      })(),
    });
    for (const body of ["a", "b", "c"]) box.put(message(body));
    expect(box.items.state.map(({ letter }) => letter.body)).toEqual(["a", "b", "c"]);
  });
});

describe("two tabs with one outbox", () => {
  it("send each letter once, whoever is first", async () => {
    const far = new Far();
    const [shelf, locks] = [memoryShelf(), pageLocks()];
    const one = outbox(far, shelf, locks);
    const two = outbox(far, shelf, locks);
    one.setOnline(true);
    two.setOnline(true);
    for (const body of ["a", "b", "c"]) one.put(message(body));
    await until(one, allSent);
    await until(two, allSent);
    expect(bodies(far)).toEqual(["a", "b", "c"]);
  });

  it("send for each other when only one is connected", async () => {
    const far = new Far();
    const [shelf, locks] = [memoryShelf(), pageLocks()];
    const offline = outbox(far, shelf, locks);
    const online = outbox(far, shelf, locks);
    online.setOnline(true);
    offline.put(message("a"));
    await until(offline, (box) => states(box)[0] === "sent");
    expect(bodies(far)).toEqual(["a"]);
  });

  it("drop together what was thrown away in one", async () => {
    const far = new Far();
    far.refusals.push(refusal("ended"));
    const [shelf, locks] = [memoryShelf(), pageLocks()];
    const one = outbox(far, shelf, locks);
    const two = outbox(far, shelf, locks);
    one.setOnline(true);
    const { client_id } = one.put(message("a"));
    await until(two, (box) => states(box)[0] === "failed");
    one.remove(client_id);
    await until(two, (box) => box.items.state.length === 0);
  });
});

describe("an outbox whose shelf is full", () => {
  it("sends from memory", async () => {
    const far = new Far();
    const shelf: Shelf = { ...memoryShelf(), set: () => false };
    const box = outbox(far, shelf);
    box.put(message("a"));
    box.setOnline(true);
    await until(box, allSent);
    expect(bodies(far)).toEqual(["a"]);
  });
});
