/** "French" for "fr"; the code itself for what nobody knows. */
export function languageName(code: string, locale = "en"): string {
  try {
    return new Intl.DisplayNames(locale, { type: "language", fallback: "code" }).of(code) ?? code;
  } catch {
    return code;
  }
}
