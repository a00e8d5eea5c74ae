/** Length in code points, as the server counts. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

const HALVES = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/**
 * What the server can store: no U+0000, no half surrogates, line ends as \n. Else as it was
 * written, but for empty lines around it and spaces after it.
 */
export function tidy(text: string): string {
  const lines = text.replaceAll("\u0000", "").replace(/\r\n?/g, "\n");
  return lines.replace(HALVES, "\uFFFD").replace(/^\n+|[ \n]+$/g, "");
}

/** True when there is nothing to read in a text. */
export function isBlank(text: string): boolean {
  return text.trim() === "";
}
