import { describe, expect, it } from "vitest";
import { Picked, Store } from "../../src/client/store";

const rows = () => new Store<Readonly<Record<string, number>>>({ a: 1, b: 1 });

function drawn(store: ReturnType<typeof rows>, id: string) {
  const picked = new Picked(store, (state) => state[id]);
  let redraws = 0;
  picked.watch(() => redraws++);
  return { picked, redraws: () => redraws };
}

describe("what a component picks of a store", () => {
  it("is drawn again when it changes, and not when something else does", () => {
    // A screen of many rows draws the one that changed.
    const store = rows();
    const { redraws } = drawn(store, "a");
    store.update((state) => ({ ...state, b: 2 }));
    expect(redraws()).toBe(0);
    store.update((state) => ({ ...state, a: 2 }));
    expect(redraws()).toBe(1);
  });

  it("follows a select that closes over another id from one drawing to the next", () => {
    // The component shows another conversation now; the first one's changes are no concern.
    const store = rows();
    const { picked, redraws } = drawn(store, "a");
    expect(picked.draw((state) => state.b)).toBe(1);
    store.update((state) => ({ ...state, a: 2 }));
    expect(redraws()).toBe(0);
    store.update((state) => ({ ...state, b: 2 }));
    expect(redraws()).toBe(1);
  });

  it("sees a change that came between its drawing and its watching", () => {
    // Effects run after the screen was painted.
    const store = rows();
    const picked = new Picked(store, (state) => state.a);
    store.update((state) => ({ ...state, a: 2 }));
    let redraws = 0;
    picked.watch(() => redraws++);
    expect(redraws).toBe(1);
  });

  it("is drawn no more once nobody watches", () => {
    // A component that is gone must not be called.
    const store = rows();
    const picked = new Picked(store, (state) => state.a);
    let redraws = 0;
    const stop = picked.watch(() => redraws++);
    stop();
    store.update((state) => ({ ...state, a: 2 }));
    expect(redraws).toBe(0);
  });
});
