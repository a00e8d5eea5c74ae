/** Runs `work` while nobody else holds `name`, and lets go when it ends. */
export type Exclusively = (name: string, work: () => Promise<void>) => Promise<void>;

/** One tab at a time where the browser has Web Locks, else one caller of this page at a time. */
export function browserLocks(): Exclusively {
  const locks = typeof navigator === "undefined" ? undefined : navigator.locks;
  if (!locks) return pageLocks();
  const page = pageLocks();
  return async (name, work) => {
    let begun = false;
    const once = () => {
      begun = true;
      return work();
    };
    try {
      await locks.request(`frontdesk.${name}`, once);
    } catch (error) {
      // A sandboxed or storage-blocked frame has the API but refuses it.
      if (begun) throw error;
      await page(name, work);
    }
  };
}

export function pageLocks(): Exclusively {
  const tails = new Map<string, Promise<void>>();
  return (name, work) => {
    const turn = (tails.get(name) ?? Promise.resolve()).then(work);
    const tail = turn.catch(() => undefined);
    tails.set(name, tail);
    tail.then(() => {
      if (tails.get(name) === tail) tails.delete(name);
    });
    return turn;
  };
}
