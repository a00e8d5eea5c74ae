/** Keys and addresses as the server takes them, made of what people type or paste. */

import type { SiteTopic } from "./kinds";

/** The origin of whatever address somebody pasted, "shop.example.com/cart" too; null for none. */
export function originOf(typed: string): string | null {
  const text = typed.trim();
  if (/\s/.test(text)) return null;
  try {
    const { protocol, origin } = new URL(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
    return protocol === "https:" || protocol === "http:" ? origin : null;
  } catch {
    return null;
  }
}

/** A key without what it cannot have; what is being typed may end in a dash. */
export function tidyKey(text: string): string {
  const plain = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return plain
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 64);
}

/** The key of a topic that gets another label: it goes along, until somebody has typed one. */
export function keyOf(topic: SiteTopic, label: string): string {
  const made = (text: string) => tidyKey(text).replace(/-+$/, "");
  return topic.key === made(topic.label) ? made(label) : topic.key;
}
