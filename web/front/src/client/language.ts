/** Languages by their primary subtags, as the server routes by them. */

/** "French" for "fr"; the code itself for what nobody knows. */
export function languageName(code: string, locale = "en"): string {
  try {
    return new Intl.DisplayNames(locale, { type: "language", fallback: "code" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/**
 * Its name where it is worth saying: one that the reader's own browser speaks is what they expect of every
 * chat, and would stand on each of them.
 */
export function foreign(code: string, own: readonly string[] = spoken()): string {
  const known = own.some((tag) => tag.toLowerCase().split("-")[0] === code);
  return code === "" || known ? "" : languageName(code);
}

function spoken(): readonly string[] {
  return globalThis.navigator?.languages ?? [];
}
