/**
 * A place for small things that outlive a reload.
 *
 * localStorage rather than IndexedDB: its writes are done when they return, so a message typed in
 * the instant before a reload is kept, and every tab is told of a change.
 */
export interface Shelf {
  get(key: string): string | null;
  /** False when it could not be kept; the caller goes on with what it has in memory. */
  set(key: string, value: string): boolean;
  remove(key: string): void;
  keys(prefix: string): string[];
  /** Calls `changed` when another tab changed something. Returns the way to stop. */
  watch(changed: () => void): () => void;
}

/** The browser's own storage, or memory where it is blocked (as third-party frames often are). */
export function browserShelf(): Shelf {
  try {
    const storage = window.localStorage;
    storage.setItem("frontdesk.probe", "1");
    storage.removeItem("frontdesk.probe");
    return storageShelf(storage, window);
  } catch {
    return memoryShelf();
  }
}

export function storageShelf(storage: Storage, tab: EventTarget): Shelf {
  return {
    get: (key) => storage.getItem(key),
    set(key, value) {
      try {
        storage.setItem(key, value);
        return true;
      } catch {
        return false;
      }
    },
    remove: (key) => storage.removeItem(key),
    keys: (prefix) =>
      Array.from({ length: storage.length }, (_, index) => storage.key(index)).filter(
        (key): key is string => key?.startsWith(prefix) === true,
      ),
    watch(changed) {
      tab.addEventListener("storage", changed);
      return () => tab.removeEventListener("storage", changed);
    },
  };
}

/** Forgets with the page. Two holders of one memory shelf are told of each other's changes. */
export function memoryShelf(): Shelf {
  const kept = new Map<string, string>();
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const watcher of [...watchers]) queueMicrotask(watcher);
  };
  return {
    get: (key) => kept.get(key) ?? null,
    set(key, value) {
      kept.set(key, value);
      changed();
      return true;
    },
    remove(key) {
      kept.delete(key);
      changed();
    },
    keys: (prefix) => [...kept.keys()].filter((key) => key.startsWith(prefix)),
    watch(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}
