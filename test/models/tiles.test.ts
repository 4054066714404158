// Tiles: they cover the picture, and what several of them saw of an object becomes one box.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, test as plain } from "vitest";
import { iou } from "../../models/decode/iou.ts";
import { mergeTiles } from "../../models/decode/merge-tiles.ts";
import { softNms } from "../../models/decode/soft-nms.ts";
import type { Candidate } from "../../models/decode/candidate.ts";
import { place } from "../../models/letterbox.ts";
import { planTiles } from "../../models/tiles.ts";

const box = (x1: number, y1: number, x2: number, y2: number, score: number, classIndex = 0): Candidate => ({
  x1,
  y1,
  x2,
  y2,
  score,
  classIndex,
});

describe("planTiles", () => {
  const side = fc.integer({ min: 16, max: 4000 });
  const count = fc.integer({ min: 1, max: 6 });
  test.prop([side, side, count, count])(
    "covers every pixel of the enlarged picture and never leaves it",
    (width, height, columns, rows) => {
      const input = { width: 416, height: 320, fit: "letterbox-top-left", pad: 114 } as const;
      const { canvas, tiles } = planTiles({ width, height }, input, { columns, rows });
      for (const { x, y } of tiles) {
        expect(x >= 0 && x + input.width <= canvas.width).toBe(true);
        expect(y >= 0 && y + input.height <= canvas.height).toBe(true);
      }
      const xs = [...new Set(tiles.map(({ x }) => x))].sort((a, b) => a - b);
      const ys = [...new Set(tiles.map(({ y }) => y))].sort((a, b) => a - b);
      const placed = place({ width, height }, canvas);
      const reach = (starts: readonly number[], length: number): number =>
        starts.reduce((covered, at) => (at <= covered ? at + length : covered), 0);
      expect(reach(xs, input.width)).toBeGreaterThanOrEqual(placed.width);
      expect(reach(ys, input.height)).toBeGreaterThanOrEqual(placed.height);
      expect(tiles.length).toBeLessThanOrEqual(columns * rows);
    },
  );

  plain("enlarges 16:9 for two by two tiles with a fifth in common", () => {
    const { canvas, tiles } = planTiles(
      { width: 1920, height: 1080 },
      { width: 416, height: 416, fit: "letterbox-top-left", pad: 114 },
      { columns: 2, rows: 2 },
    );
    expect(canvas).toMatchObject({ width: 748, height: 421 });
    expect(tiles).toEqual([
      { x: 0, y: 0 },
      { x: 332, y: 0 },
      { x: 0, y: 5 },
      { x: 332, y: 5 },
    ]);
  });
});

describe("mergeTiles", () => {
  plain("believes the view that saw the whole object, though a part of it scored higher", () => {
    const whole = box(0, 0, 10, 20, 0.6);
    expect(mergeTiles([whole], [box(0, 0, 10, 9, 0.9)], 0.45)).toEqual([whole]);
  });

  plain("keeps a part that nobody saw whole, once", () => {
    const part = box(0, 0, 10, 9, 0.9);
    expect(mergeTiles([], [part, box(0, 0, 10, 8, 0.7)], 0.45)).toEqual([part]);
  });

  plain("keeps another class, and another object beside it", () => {
    const whole = box(0, 0, 10, 20, 0.6);
    const others = [box(0, 0, 10, 9, 0.9, 1), box(9, 0, 19, 9, 0.8)];
    expect(mergeTiles([whole], others, 0.45)).toHaveLength(3);
  });
});

const coordinate = fc.float({ min: 0, max: 100, noNaN: true });
const candidate = fc
  .tuple(coordinate, coordinate, coordinate, coordinate, fc.float({ min: 0, max: 1, noNaN: true }), fc.nat(2))
  .map(([x, y, w, h, score, classIndex]) => box(x, y, x + w, y + h, score, classIndex));

describe("softNms", () => {
  test.prop([fc.array(candidate, { maxLength: 20 })])(
    "moves no box, raises no score, keeps the best of each class and orders by score",
    (candidates) => {
      const before = structuredClone(candidates);
      const kept = softNms(candidates, 0.05);
      expect(candidates).toEqual(before);
      kept.forEach((one, i) => {
        expect(one.score).toBeGreaterThanOrEqual(0.05);
        if (i > 0) expect(one.score).toBeLessThanOrEqual(kept[i - 1]?.score ?? 0);
        expect(
          candidates.some((original) => iou(original, one) === iou(one, one) && original.score >= one.score),
        ).toBe(true);
      });
      for (const classIndex of [0, 1, 2]) {
        const best = Math.max(
          0,
          ...candidates.filter((c) => c.classIndex === classIndex).map((c) => c.score),
        );
        if (best < 0.05) continue;
        expect(Math.max(...kept.filter((c) => c.classIndex === classIndex).map((c) => c.score))).toBe(best);
      }
    },
  );

  plain("lets two people stay who stand close, the further at a lower score", () => {
    // IoU 1/3: exp(−1/9 ÷ 0.5) = 0.80.
    const [first, second] = softNms([box(0, 0, 10, 10, 0.9), box(5, 0, 15, 10, 0.8)], 0.1);
    expect(first?.score).toBe(0.9);
    expect(second?.score).toBeCloseTo(0.8 * Math.exp(-2 / 9));
  });
});
