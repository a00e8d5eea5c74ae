import { describe, expect, it } from "vitest";
import { contrast, paint, parse } from "../../src/client/color";

type Rgb = [number, number, number];
const GROUND = { light: [255, 255, 255], dark: [21, 26, 34] } as const;

function painted(color: string, dark: boolean): Record<string, Rgb> {
  const set: Record<string, Rgb> = {};
  const style = {
    setProperty(name: string, value: string) {
      set[name] = (value.match(/\d+/g) ?? []).map(Number) as Rgb;
    },
  };
  paint(color, dark, { style } as unknown as HTMLElement);
  return set;
}

describe("a site's colour", () => {
  it("stays readable as text and under text, whatever it is, in light and dark", () => {
    for (const color of [
      "#ffff00",
      "#000000",
      "#ffffff",
      "#0f5c5c",
      "#ff7f50",
      "#88f",
      "#3457d5",
    ]) {
      for (const dark of [false, true]) {
        const ground = dark ? GROUND.dark : GROUND.light;
        const set = painted(color, dark);
        expect(contrast(set["--accent-text"] as Rgb, ground), color).toBeGreaterThanOrEqual(4.5);
        const [fill, ink] = [set["--accent"] as Rgb, set["--accent-ink"] as Rgb];
        expect(contrast(fill, ink), `${color} fill`).toBeGreaterThanOrEqual(4.5);
        expect(contrast(set["--focus"] as Rgb, ground), color).toBeGreaterThanOrEqual(3);
      }
    }
  });

  it("is ignored when it is none", () => {
    expect(parse("red; background: url(//x)")).toBeNull();
    expect(painted("#12", false)).toEqual({});
  });
});
