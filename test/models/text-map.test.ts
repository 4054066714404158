// Text maps: rectangles put back from kernels drawn here, and lines found by the real network on a real picture.
import { readFile } from "node:fs/promises";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, test as plain } from "vitest";
import { fitPixels } from "../../edge/detect/still.ts";
import { readPicture } from "../../edge/watchlist/picture.ts";
import { decodeTextMap } from "../../models/decode/text-map.ts";
import { boundingRectangle } from "../../models/decode/turned-rectangle.ts";
import { place, pointToSource } from "../../models/letterbox.ts";
import { openTextDetector } from "../../models/text-detector.ts";
import { readyModel } from "../edge/detect/ready-models.ts";
import { sharedFolder } from "../shared.ts";

const [width, height] = [96, 64];

/** A map with these rectangles at these values. */
function mapOf(...kernels: { x: number; y: number; w: number; h: number; value: number }[]) {
  const data = new Float32Array(width * height);
  for (const { x, y, w, h, value } of kernels) {
    for (let row = y; row < y + h; row++) data.fill(value, row * width + x, row * width + x + w);
  }
  return { outputs: [{ name: "map", dims: [1, 1, height, width], data }], width, height, threshold: 0.3 };
}

describe("decodeTextMap", () => {
  plain("grows a kernel back by area × 1.5 ÷ perimeter on every side", () => {
    const [line, ...more] = decodeTextMap(mapOf({ x: 20, y: 20, w: 40, h: 10, value: 0.9 }));
    expect(more).toEqual([]);
    expect(line?.score).toBeCloseTo(0.9, 5);
    // 40 × 10 × 1.5 ÷ 100 = 6
    const near = (x: number, y: number) => ({
      x: expect.closeTo(x, 3) as number,
      y: expect.closeTo(y, 3) as number,
    });
    expect(line?.corners).toEqual([near(14, 14), near(66, 14), near(66, 36), near(14, 36)]);
  });

  plain("leaves out faint kernels and specks, and gives the surest first", () => {
    const lines = decodeTextMap(
      mapOf(
        { x: 2, y: 2, w: 20, h: 6, value: 0.7 },
        { x: 2, y: 20, w: 20, h: 6, value: 0.95 },
        { x: 2, y: 40, w: 20, h: 6, value: 0.5 },
        { x: 60, y: 40, w: 20, h: 2, value: 0.9 },
      ),
    );
    expect(lines.map(({ score }) => score.toFixed(2))).toEqual(["0.95", "0.70"]);
  });

  plain("refuses NaN and a map of another size", () => {
    const map = mapOf();
    map.outputs[0]?.data.fill(NaN, 7, 8);
    expect(() => decodeTextMap(map)).toThrow("an output holds NaN");
    expect(() => decodeTextMap({ ...mapOf(), width: 48 })).toThrow("[1,1,64,48] expected, [1,1,64,96] seen");
  });

  test.prop([fc.float({ min: 0, max: Math.fround(Math.PI), noNaN: true }), fc.integer({ min: 24, max: 44 })])(
    "finds a bar at any angle as one line as long as it is",
    (angle, length) => {
      const map = mapOf();
      const [ux, uy] = [Math.cos(angle), Math.sin(angle)];
      const data = map.outputs[0]?.data ?? new Float32Array();
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const [dx, dy] = [x + 0.5 - width / 2, y + 0.5 - height / 2];
          const inside = Math.abs(dx * ux + dy * uy) <= length / 2 && Math.abs(dy * ux - dx * uy) <= 5;
          if (inside) data[y * width + x] = 1;
        }
      }
      const [line, ...more] = decodeTextMap(map, { score: 0.6, side: 3, unclip: 0 });
      expect(more).toEqual([]);
      const [a, b, c] = line?.corners ?? [];
      if (a === undefined || b === undefined || c === undefined) throw new Error("no line");
      const sides = [Math.hypot(b.x - a.x, b.y - a.y), Math.hypot(c.x - b.x, c.y - b.y)].sort(
        (p, q) => p - q,
      );
      // A bar drawn in whole pixels is up to a pixel's diagonal longer and broader, on both ends.
      expect(Math.abs((sides[1] ?? 0) - length)).toBeLessThan(3);
      expect(Math.abs((sides[0] ?? 0) - 10)).toBeLessThan(3);
    },
  );
});

describe("boundingRectangle", () => {
  const point = fc.record({ x: fc.integer({ min: 0, max: 50 }), y: fc.integer({ min: 0, max: 50 }) });

  test.prop([fc.array(point, { minLength: 1, maxLength: 30 })])(
    "holds every point, and is no larger than the upright one",
    (points) => {
      const { centre, angle, length, breadth } = boundingRectangle(points);
      for (const { x, y } of points) {
        const [dx, dy] = [x - centre.x, y - centre.y];
        expect(Math.abs(dx * Math.cos(angle) + dy * Math.sin(angle))).toBeLessThanOrEqual(length / 2 + 1e-6);
        expect(Math.abs(dy * Math.cos(angle) - dx * Math.sin(angle))).toBeLessThanOrEqual(breadth / 2 + 1e-6);
      }
      const span = (values: number[]): number => Math.max(...values) - Math.min(...values);
      const upright = span(points.map(({ x }) => x)) * span(points.map(({ y }) => y));
      expect(length * breadth).toBeLessThanOrEqual(upright + 1e-6);
    },
  );
});

const model = await readyModel("text-detect");
const folder = join(sharedFolder() ?? "", "data", "openalpr_eu");

describe.skipIf(model === undefined || !existsSync(folder))(
  "the text detector on cars photographed by others (skipped without PP-OCR or pictures)",
  () => {
    plain("finds the plates where people marked them", async () => {
      if (model === undefined) throw new Error("no model");
      const detector = await openTextDetector(model);
      const rows = readFileSync(join(folder, "labels.csv"), "utf8").trim().split("\n").slice(1, 7);
      let found = 0;
      for (const row of rows) {
        const [file = "", ...numbers] = row.split(",");
        const [x = 0, y = 0, w = 0, h = 0] = numbers.map(Number);
        const picture = await readPicture(await readFile(join(folder, "images", file)));
        const lines = await detector.find(await fitPixels(picture, detector.input));
        const placement = place(picture, detector.input);
        const onPlate = lines.some(({ corners }) => {
          const points = corners.map((corner) => pointToSource(corner.x, corner.y, placement));
          const middleX = points.reduce((sum, [px]) => sum + px / 4, 0);
          const middleY = points.reduce((sum, [, py]) => sum + py / 4, 0);
          const wide = Math.max(...points.map(([px]) => px)) - Math.min(...points.map(([px]) => px));
          const inside = Math.abs(middleX - x - w / 2) < w / 4 && Math.abs(middleY - y - h / 2) < h / 2;
          return inside && wide > w / 2 && wide < w * 1.5;
        });
        if (onPlate) found++;
      }
      await detector.close();
      // All were found when this was written; a plate or two may be lost to another build of the runtime.
      expect(found).toBeGreaterThanOrEqual(rows.length - 1);
    });
  },
);
