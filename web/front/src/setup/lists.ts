/** Lists whose order means something, replaced, never changed in place. */

/** The list with one of its things at another place; unchanged where there is no such place. */
export function moved<T>(list: readonly T[], from: number, to: number): readonly T[] {
  if (to < 0 || to >= list.length) return list;
  const next = [...list];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

export function replaced<T>(list: readonly T[], at: number, thing: T): readonly T[] {
  return list.map((one, index) => (index === at ? thing : one));
}

export function without<T>(list: readonly T[], at: number): readonly T[] {
  return list.filter((_, index) => index !== at);
}
