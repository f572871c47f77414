import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { edge, moved, placed, whole, zoomed, type Frame } from "./crop";

const length = fc.integer({ min: 1, max: 10_000 });
const step = fc.oneof(
  fc
    .tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true }))
    .map(
      ([right, down]) =>
        (frame: Frame) =>
          moved(frame, right, down),
    ),
  fc.double({ min: 0, max: 9, noNaN: true }).map((zoom) => (frame: Frame) => zoomed(frame, zoom)),
);

describe("the square that is taken of a picture", () => {
  it("is its middle to begin with", () => {
    const frame = whole(400, 300);
    expect([frame.x, frame.y, edge(frame)]).toEqual([200, 150, 300]);
    expect(placed(frame)).toEqual({
      width: "133.333%",
      height: "100.000%",
      left: "-16.667%",
      top: "0.000%",
    });
  });

  it("follows the hand that moves the picture", () => {
    const { x, y } = moved(zoomed(whole(400, 400), 2), 0.25, -0.25);
    expect([x, y]).toEqual([150, 250]);
  });

  it("never leaves the picture, whatever is done", () => {
    fc.assert(
      fc.property(length, length, fc.array(step, { maxLength: 20 }), (width, height, steps) => {
        const frame = steps.reduce((now, next) => next(now), whole(width, height));
        const half = edge(frame) / 2;
        const slack = 1e-6;
        expect(frame.x - half).toBeGreaterThanOrEqual(-slack);
        expect(frame.y - half).toBeGreaterThanOrEqual(-slack);
        expect(frame.x + half).toBeLessThanOrEqual(width + slack);
        expect(frame.y + half).toBeLessThanOrEqual(height + slack);
      }),
    );
  });
});
