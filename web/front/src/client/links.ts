export type Piece = { text: string; href?: string };

const LINK = /\bhttps?:\/\/[^\s<>"'`]+|\bwww\.[^\s<>"'`]+\.[^\s<>"'`]+/gi;
const TRAILING = /[.,;:!?…'"»”’*_~]+$/;

/**
 * A person's text cut into plain pieces and links. Text is never markup: whoever draws the pieces
 * puts them into the page as text nodes. Only http and https become links.
 */
export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const match of text.matchAll(LINK)) {
    const link = trim(match[0]);
    const href = addressOf(link);
    if (!href) continue;
    if (match.index > done) pieces.push({ text: text.slice(done, match.index) });
    pieces.push({ text: link, href });
    done = match.index + link.length;
  }
  if (done < text.length) pieces.push({ text: text.slice(done) });
  return pieces;
}

/** Leaves out a sentence's end, and a bracket that was opened before the link. */
function trim(link: string): string {
  let end = link.replace(TRAILING, "");
  for (const [open, close] of ["()", "[]", "{}"] as const) {
    while (end.endsWith(close as string) && count(end, open) < count(end, close)) {
      end = end.slice(0, -1).replace(TRAILING, "");
    }
  }
  return end;
}

function count(text: string, sign: string | undefined): number {
  return text.split(sign ?? "").length - 1;
}

function addressOf(link: string): string | null {
  try {
    const url = new URL(/^www\./i.test(link) ? `https://${link}` : link);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}
