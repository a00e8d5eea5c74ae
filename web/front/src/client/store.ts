import { useEffect, useState } from "preact/hooks";

/** One observable value. Screens read it with `useStore`; everything else subscribes. */
export class Store<S> {
  #state: S;
  readonly #watchers = new Set<(state: S) => void>();

  constructor(initial: S) {
    this.#state = initial;
  }

  get state(): S {
    return this.#state;
  }

  /** Puts a new value and tells the watchers, unless it is the very same value. */
  set(next: S): void {
    if (Object.is(next, this.#state)) return;
    this.#state = next;
    for (const watcher of [...this.#watchers]) watcher(next);
  }

  update(change: (state: S) => S): void {
    this.set(change(this.#state));
  }

  /** Calls `watcher` after each change. Returns the way to stop. */
  subscribe(watcher: (state: S) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}

/**
 * What `select` picks of a store's value; the component draws again only when that changes.
 * `select` must return parts of the state, not fresh objects.
 */
export function useStore<S, T = S>(
  store: Store<S>,
  select: (state: S) => T = (state) => state as unknown as T,
): T {
  const picked = select(store.state);
  const [, redraw] = useState({});
  useEffect(() => {
    let shown = select(store.state);
    if (!Object.is(shown, picked)) redraw({});
    return store.subscribe((state) => {
      const next = select(state);
      if (Object.is(next, shown)) return;
      shown = next;
      redraw({});
    });
    // `select` is made anew at each drawing; what it reads through closures redraws by itself.
  }, [store]);
  return picked;
}
