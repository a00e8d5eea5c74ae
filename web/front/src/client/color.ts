type Rgb = readonly [number, number, number];

const WHITE: Rgb = [255, 255, 255];
const READABLE = 4.5;

/** Sets a site's colour as this page's accent, in shades that stay readable in light and dark. */
export function paint(color: string, dark: boolean, root: HTMLElement): void {
  const accent = parse(color);
  if (!accent) return;
  const ground: Rgb = dark ? [21, 26, 34] : WHITE;
  const set = (name: string, value: Rgb) =>
    root.style.setProperty(`--${name}`, `rgb(${value.map(Math.round)})`);
  const fill = away(accent, ground, 2);
  set("accent", fill);
  set("accent-ink", contrast(fill, WHITE) >= 4 ? WHITE : [17, 20, 28]);
  set("accent-text", away(accent, ground, READABLE + 0.4));
  set("focus", away(accent, ground, 3.2));
}

/** Paints a page in a site's colour, and again when the browser changes between light and dark. */
export function painter(root: HTMLElement): (color: string) => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let color = "";
  dark.addEventListener("change", () => paint(color, dark.matches, root));
  return (next) => {
    color = next;
    paint(color, dark.matches, root);
  };
}

/** "#rgb" or "#rrggbb"; null for anything else. */
export function parse(color: string): Rgb | null {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(color.trim())?.[1];
  if (!hex) return null;
  const full = hex.length === 3 ? hex.replace(/./g, "$&$&") : hex;
  const number = Number.parseInt(full, 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** WCAG 2.2 contrast ratio, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** A shade of a colour that stands out from the ground as much as is wanted. */
function away(color: Rgb, ground: Rgb, wanted: number): Rgb {
  const to = ground === WHITE ? 0 : 255;
  let shade = color;
  for (let step = 0; step < 20 && contrast(shade, ground) < wanted; step++) {
    shade = shade.map((part) => part + (to - part) * 0.1) as unknown as Rgb;
  }
  return shade;
}

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
