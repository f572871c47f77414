import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contained, MOST, moved, UNZOOMED, zoomed } from "./zoom";

const STAGE = { width: 800, height: 600 };
const SHOWN = contained({ width: 1600, height: 900 }, STAGE);

it("shows all of a picture, and lets a small one grow only a little", () => {
  expect(SHOWN).toEqual({ width: 800, height: 450 });
  expect(contained({ width: 100, height: 100 }, STAGE)).toEqual({ width: 150, height: 150 });
});

describe("zooming", () => {
  it("keeps in place what is under the pointer", () => {
    const point = { x: 100, y: 50 };
    const zoom = zoomed(UNZOOMED, 2, point, SHOWN, STAGE);
    // The same spot of the picture: its distance from the middle has doubled.
    expect({ x: point.x - zoom.x, y: point.y - zoom.y }).toEqual({ x: 200, y: 100 });
  });

  it("comes back to the middle with the size, and moves nothing that is not enlarged", () => {
    const near = zoomed(UNZOOMED, 3, { x: 300, y: 200 }, SHOWN, STAGE);
    expect(zoomed(near, 1 / 3, { x: -300, y: 0 }, SHOWN, STAGE)).toEqual(UNZOOMED);
    expect(moved(UNZOOMED, 50, 50, SHOWN, STAGE)).toEqual(UNZOOMED);
  });

  it("never shows what is beside the picture, nor enlarges without end", () => {
    const step = fc.record({
      factor: fc.double({ min: 0.1, max: 5, noNaN: true }),
      x: fc.integer({ min: -400, max: 400 }),
      y: fc.integer({ min: -300, max: 300 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let zoom = UNZOOMED;
        for (const { factor, x, y } of steps) {
          zoom = zoomed(zoom, factor, { x, y }, SHOWN, STAGE);
          zoom = moved(zoom, x, y, SHOWN, STAGE);
          expect(zoom.scale).toBeGreaterThanOrEqual(1);
          expect(zoom.scale).toBeLessThanOrEqual(MOST);
          const beyond = Math.max(0, (SHOWN.width * zoom.scale - STAGE.width) / 2);
          expect(Math.abs(zoom.x)).toBeLessThanOrEqual(beyond + 1e-6);
        }
      }),
    );
  });
});
