/** A fresh UUIDv7. Works in insecure contexts too, where `crypto.randomUUID` does not exist. */
export function freshId(now_ms: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let index = 0; index < 6; index++) {
    bytes[index] = Math.floor(now_ms / 2 ** (8 * (5 - index))) & 0xff;
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const parts = [0, 8, 12, 16, 20, 32];
  return [0, 1, 2, 3, 4].map((part) => hex.slice(parts[part], parts[part + 1])).join("-");
}
