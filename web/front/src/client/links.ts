export type Piece = { text: string; href?: string };

const LINK = /\bhttps?:\/\/[^\s<>"'`]+|\bwww\.[^\s<>"'`]+\.[^\s<>"'`]+/gi;
const ENDING = ".,;:!?…'\"»”’*_~";

const BRACKETS = [
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
] as const;

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

/** Leaves out a sentence's end, and brackets that were opened before the link. */
function trim(link: string): string {
  const surplus = new Map<string, number>();
  for (const [open, close] of BRACKETS) surplus.set(close, count(link, close) - count(link, open));
  let end = link.length;
  for (; end > 0; end--) {
    const sign = link[end - 1] ?? "";
    const over = surplus.get(sign) ?? 0;
    if (over > 0) surplus.set(sign, over - 1);
    else if (!ENDING.includes(sign)) break;
  }
  return link.slice(0, end);
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

function addressOf(link: string): string | null {
  try {
    const url = new URL(/^www\./i.test(link) ? `https://${link}` : link);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}
