import { expect, it } from "vitest";
import { bars } from "./bars";
import { blurOf } from "./placeholder";

const base64 = (bytes: readonly number[]) => btoa(String.fromCharCode(...bytes));

it("draws a recording by its loudest, and silence for what cannot be read", () => {
  const loud = bars(base64(Array.from({ length: 64 }, (_, index) => index * 4)));
  expect(loud).toHaveLength(48);
  expect(loud.at(-1)).toBe(1);
  expect([...loud].sort((a, b) => a - b)).toEqual(loud);
  for (const broken of ["", "%%%"]) expect(bars(broken)).toEqual(new Array(48).fill(0));
});

it("shows no blur for what is none", () => {
  expect(blurOf("1QcSHQRnh493V4dIh4eXh1h4kJUI")).toMatch(/^data:image\/png;base64,/);
  for (const broken of ["", "%%%", "AA=="]) expect(blurOf(broken)).toBeUndefined();
});
