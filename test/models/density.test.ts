// Density maps: sums that hold whatever the map, and peaks where it was raised.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, test as plain } from "vitest";
import { decodeDensity } from "../../models/decode/density.ts";

const [rows, columns] = [6, 8];
const inputOf = (values: ArrayLike<number>) => ({
  outputs: [{ name: "density", dims: [1, 1, rows, columns], data: Float32Array.from(values) }],
  width: columns * 8,
  height: rows * 8,
  threshold: 0.2,
});

const cells = fc.array(fc.float({ min: Math.fround(-0.1), max: 3, noNaN: true }), {
  minLength: rows * columns,
  maxLength: rows * columns,
});

describe("decodeDensity", () => {
  plain("counts the sum, and places a peak in the middle of its cell", () => {
    const map = new Float32Array(rows * columns);
    map.set([0.25, 0.5, 0.25], 2 * columns + 3);
    const { people, peaks } = decodeDensity(inputOf(map));
    expect(people).toBe(1);
    expect(peaks).toEqual([{ x: 4.5 * 8, y: 2.5 * 8, value: 0.5 }]);
  });

  plain("has one peak where a plateau is level, and none below the threshold", () => {
    const map = new Float32Array(rows * columns);
    map.set([1, 1], columns);
    map.set([0.1], 4 * columns + 6);
    expect(decodeDensity(inputOf(map)).peaks).toEqual([{ x: 4, y: 12, value: 1 }]);
  });

  plain("refuses NaN: a broken network is no empty square", () => {
    const map = new Float32Array(rows * columns).fill(NaN, 5, 6);
    expect(() => decodeDensity(inputOf(map))).toThrow("an output holds NaN");
  });

  test.prop([cells])(
    "the sum is that of all cells; no two peaks touch; each is highest about itself",
    (values) => {
      const { people, peaks } = decodeDensity(inputOf(values));
      expect(people).toBeCloseTo(
        values.reduce((sum, value) => sum + value, 0),
        4,
      );
      for (const [i, peak] of peaks.entries()) {
        expect(peak.value).toBeGreaterThanOrEqual(Math.fround(0.2));
        for (const other of peaks.slice(i + 1)) {
          expect(other.value).toBeLessThanOrEqual(peak.value);
          expect(Math.max(Math.abs(peak.x - other.x), Math.abs(peak.y - other.y))).toBeGreaterThan(8);
        }
      }
      const highest = Math.max(...values);
      if (highest >= Math.fround(0.2)) expect(peaks[0]?.value).toBe(highest);
    },
  );
});
