import { useEffect, useMemo, useState } from "preact/hooks";

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

/** What a component has drawn of a store, and whether it must draw again. */
export class Picked<S, T> {
  #select: (state: S) => T;
  #drawn: T;

  constructor(
    private readonly store: Store<S>,
    select: (state: S) => T,
  ) {
    this.#select = select;
    this.#drawn = select(store.state);
  }

  /** To be called at each drawing: the newest `select` counts, for what it closes over may have changed. */
  draw(select: (state: S) => T): T {
    this.#select = select;
    this.#drawn = select(this.store.state);
    return this.#drawn;
  }

  /** Calls `redraw` whenever what was drawn last is no longer true, now or later. Returns the way to stop. */
  watch(redraw: () => void): () => void {
    const look = () => {
      if (!Object.is(this.#select(this.store.state), this.#drawn)) redraw();
    };
    look();
    return this.store.subscribe(look);
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
  const [, redraw] = useState({});
  const picked = useMemo(() => new Picked(store, select), [store]);
  // Between the drawing and this the store may have changed.
  useEffect(() => picked.watch(() => redraw({})), [picked]);
  return picked.draw(select);
}
