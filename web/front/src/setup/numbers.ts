/** Numbers as people type them, in another unit than the server keeps them in. */

/** What a field for a number holds: text stays text until it is a number. */
export type Typed = number | string | null;

/** The text of a stored number. `scale`: how many of the server's make one of the field's. */
export function write(value: Typed, scale: number): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  return String(Math.round((value / scale) * 100) / 100);
}

/** The number that a text means, in the server's unit; null for none, the text itself for nonsense. */
export function read(text: string, scale: number): Typed {
  const tidy = text.trim().replace(",", ".");
  if (tidy === "") return null;
  const number = Number(tidy);
  return /^\d+(\.\d+)?$/.test(tidy) ? Math.round(number * scale) : text;
}

export interface Bounds {
  /** In the server's unit. */
  readonly min: number;
  readonly max: number;
  /** It may be left empty. */
  readonly optional?: boolean;
}

/** What is wrong with a typed number, in the field's own unit; empty when it is right. */
export function faultOf(value: unknown, bounds: Bounds, scale: number, unit = ""): string {
  const { min, max, optional } = bounds;
  if (value === null) return optional ? "" : "A number is needed.";
  if (typeof value !== "number" || !Number.isFinite(value)) return "This is not a number.";
  const say = (number: number) => [write(number, scale), unit].filter(Boolean).join(" ");
  if (value < min) return `At least ${say(min)}.`;
  if (value > max) return `At most ${say(max)}.`;
  return "";
}
