/** What somebody is called, also without a name. */
export function nameOf(person: { readonly name: string }): string {
  return person.name.trim() || "Visitor";
}

/** Up to two letters that stand for a name: "Ana María Soto" → "AS". Empty for an empty name. */
export function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’-]*/gu) ?? [];
  const picked = words.length > 1 ? [words[0], words.at(-1)] : words.slice(0, 1);
  return picked.map((word) => firstLetter(word ?? "")).join("");
}

function firstLetter(word: string): string {
  return (Array.from(word)[0] ?? "").toLocaleUpperCase();
}

/** A stable number from 0 to `count` - 1 for a text: which of the colours an avatar has. */
export function shade(text: string, count: number): number {
  let sum = 0;
  for (const sign of text) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) >>> 0;
  return sum % count;
}
