import fc from "fast-check";
import { expect, it } from "vitest";
import { fit } from "./fit";

it("keeps the shape of what is neither very long nor very small", () => {
  expect(fit({ width: 1600, height: 1200 })).toEqual({ width: 336, height: 252 });
  expect(fit({ width: 900, height: 1600 })).toEqual({ width: 225, height: 400 });
  expect(fit({ width: 32, height: 32 })).toEqual({ width: 160, height: 160 });
});

it("gives anything a place that can be hit and fits a bubble", () => {
  const side = fc.integer({ min: 0, max: 100_000 });
  fc.assert(
    fc.property(side, side, (width, height) => {
      const box = fit({ width, height });
      expect(box.width).toBeGreaterThanOrEqual(160);
      expect(box.width).toBeLessThanOrEqual(336);
      expect(box.height).toBeGreaterThanOrEqual(100);
      expect(box.height).toBeLessThanOrEqual(400);
    }),
  );
});
