// The least-squares similarity of five points, and YUV there and back.
import { describe, expect, test as plain } from "vitest";
import { fc, test } from "@fast-check/vitest";
import { ALIGN_TEMPLATES } from "../../models/align-template.ts";
import { inverse, similarity, transform } from "../../models/similarity.ts";
import { yuvFromRgb, yuvToRgbMatrix } from "../../models/yuv.ts";

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe("similarity", () => {
  test.prop([number(0.1, 10), number(-3.1, 3.1), number(-500, 500), number(-500, 500)])(
    "finds scale, rotation and shift again, and its inverse undoes it",
    (scale, angle, tx, ty) => {
      const made = { a: scale * Math.cos(angle), b: scale * Math.sin(angle), tx, ty };
      const { points } = ALIGN_TEMPLATES["arcface-112"];
      const moved = points.map(([x, y]) => transform(made, x, y));
      const found = similarity(points, moved);
      for (const key of ["a", "b", "tx", "ty"] as const) expect(found[key]).toBeCloseTo(made[key], 6);
      const [x, y] = transform(inverse(found), ...transform(found, 12, 34));
      expect([x, y]).toEqual([expect.closeTo(12, 6) as number, expect.closeTo(34, 6) as number]);
    },
  );

  plain("refuses points that lie on one spot", () => {
    const spot = [
      [5, 5],
      [5, 5],
      [5, 5],
      [5, 5],
      [5, 5],
    ] as const;
    expect(() => similarity(spot, ALIGN_TEMPLATES["arcface-112"].points)).toThrow("one spot");
  });
});

describe("yuv", () => {
  plain.each([
    ["white", [255, 255, 255]],
    ["black", [0, 0, 0]],
    ["red", [255, 0, 0]],
    ["skin", [224, 172, 105]],
  ])("gives %s back within the rounding of 8 bits", (_name, colour) => {
    const rgb = Uint8Array.from({ length: 4 * 4 * 3 }, (_, i) => colour[i % 3] ?? 0);
    const { y, u, v } = yuvFromRgb(rgb, 4, 4);
    const yuv = [(y[5] ?? 0) - 16, (u[1] ?? 0) - 128, (v[1] ?? 0) - 128];
    const matrix = yuvToRgbMatrix("bt601");
    for (const channel of [0, 1, 2]) {
      const seen = yuv.reduce((sum, value, row) => sum + value * (matrix[row * 3 + channel] ?? 0), 0);
      expect(Math.abs(seen - (colour[channel] ?? 0))).toBeLessThanOrEqual(2.5);
    }
  });
});
