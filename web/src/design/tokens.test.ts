import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Colour = readonly [lightness: number, chroma: number, hue: number];

const CSS = readFileSync(new URL("tokens.css", import.meta.url), "utf8");
const OKLCH = String.raw`oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)`;
const PAIR = new RegExp(String.raw`--([\w-]+): light-dark\(${OKLCH}, ${OKLCH}\)`, "g");

/** Opaque colours of a rule of the style sheet, in one of its themes. */
function colours(selector: string, theme: "light" | "dark"): Map<string, Colour> {
  const start = CSS.indexOf(`${selector} {`);
  const rule = CSS.slice(start, CSS.indexOf("\n}", start));
  const at = theme === "light" ? 2 : 5;
  return new Map(
    [...rule.matchAll(PAIR)].map((found) => [
      found[1]!,
      [Number(found[at]), Number(found[at + 1]), Number(found[at + 2])] as const,
    ]),
  );
}

/** Linear sRGB of an OKLCH colour (CSS Color 4, section 10), clipped to what a screen shows. */
function linear([lightness, chroma, hue]: Colour): readonly number[] {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((part) => Math.min(1, Math.max(0, part)));
}

/** WCAG 2.2 contrast ratio. */
function contrast(one: Colour, other: Colour): number {
  const [bright, dim] = [one, other]
    .map(linear)
    .map(([r, g, b]) => 0.2126 * r! + 0.7152 * g! + 0.0722 * b!)
    .sort((x, y) => y - x);
  return (bright! + 0.05) / (dim! + 0.05);
}

const SENDERS = Array.from({ length: 12 }, (_, index) => `sender-${index + 1}`);

/** [what is read, on what, how well]: 7 is AAA, 4.5 AA, 3 for what is no text. */
const READ: readonly (readonly [string, readonly string[], number])[] = [
  ["text", ["ground", "surface", "surface-raised", "bubble-own", "bubble-other", "selected"], 7],
  ["text-soft", ["ground", "surface", "surface-raised", "hover", "selected"], 4.5],
  ["text-faint", ["ground", "surface", "surface-raised", "hover", "surface-sunken"], 4.5],
  ["text-faint", ["selected", "bubble-other"], 4.5],
  ["bubble-own-meta", ["bubble-own"], 4.5],
  ["accent", ["surface", "surface-raised", "bubble-own", "bubble-other", "ground"], 4.5],
  ["accent", ["accent-soft", "hover"], 4.5],
  ["on-accent", ["accent", "accent-hover"], 4.5],
  ["on-attention", ["attention"], 4.5],
  ["attention-text", ["surface", "ground", "attention-soft"], 4.5],
  ["on-danger", ["danger"], 4.5],
  ["danger", ["surface", "surface-raised", "bubble-own", "ground"], 4.5],
  ["surface", ["text", "text-faint"], 4.5],
  ["tick-read", ["bubble-own", "surface"], 4.5],
  ["focus", ["ground", "surface", "surface-raised"], 3],
  ["line-strong", ["surface", "surface-raised", "ground"], 3],
  ["online", ["surface"], 3],
  ...SENDERS.map((name) => [name, ["bubble-other", "surface"], 4.5] as const),
  ...SENDERS.map((name, index) => [name, [`avatar-${index + 1}`], 4.5] as const),
];

describe.each(["light", "dark"] as const)("the %s theme", (theme) => {
  const usual = colours(":root", theme);
  const high = new Map([...usual, ...colours(':root[data-contrast="more"]', theme)]);

  it.each(READ)("lets one read %s on %j", (front, grounds, least) => {
    for (const ground of grounds) {
      const ratio = contrast(usual.get(front)!, usual.get(ground)!);
      expect(ratio, `${front} on ${ground}`).toBeGreaterThanOrEqual(least);
    }
  });

  it.each(READ.filter(([front]) => front !== "online"))(
    "with high contrast, lets one read %s on %j better",
    (front, grounds, least) => {
      for (const ground of grounds) {
        const ratio = contrast(high.get(front)!, high.get(ground)!);
        expect(ratio, `${front} on ${ground}`).toBeGreaterThanOrEqual(least === 3 ? 4.5 : 7);
      }
    },
  );
});
