// Segments, polygons and homographies: golden values by hand, and round trips as properties.
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import {
  applyHomography,
  invertHomography,
  reprojectionError,
  solveHomography,
} from "../../../edge/geometry/homography.ts";
import { centroid, contains, isSimple, polygonArea } from "../../../edge/geometry/polygon.ts";
import { crossingOf, projection, segmentsMeet, signedDistance } from "../../../edge/geometry/segment.ts";

const points = (...pairs: [number, number][]): { x: number; y: number }[] =>
  pairs.map(([x, y]) => ({ x, y }));
const p = (x: number, y: number): { x: number; y: number } => ({ x, y });
const coordinate = fc.double({ min: -1000, max: 1000, noNaN: true });
const anyPoint = fc.record({ x: coordinate, y: coordinate });

describe("segments", () => {
  const level = { from: p(0, 0), to: p(10, 0) };

  test("the right-hand side of a line to the right is below it in a picture, and positive", () => {
    expect(signedDistance(level, p(3, 4))).toBe(4);
    expect(signedDistance(level, p(3, -4))).toBe(-4);
  });

  test("a crossing says where it was along the movement and along the segment", () => {
    expect(crossingOf(p(2, -1), p(2, 3), level)).toEqual({ along: 0.25, at: 0.2 });
    expect(crossingOf(p(12, -1), p(12, 1), level)?.at).toBeCloseTo(1.2);
  });

  test("a movement that stops on the line and one that goes on from there are one crossing", () => {
    const steps = [p(5, -1), p(5, 0), p(5, 0), p(5, 2)];
    const crossings = steps.slice(1).map((to, i) => crossingOf(steps[i] ?? to, to, level));
    expect(crossings.filter((crossing) => crossing !== undefined)).toHaveLength(1);
  });

  property.prop([anyPoint, anyPoint])("a movement crosses as often as its reverse", (a, b) => {
    expect(crossingOf(a, b, level) === undefined).toBe(crossingOf(b, a, level) === undefined);
  });

  test("segments that touch meet; parallel ones do not", () => {
    expect(segmentsMeet(level, { from: p(10, 0), to: p(10, 5) })).toBe(true);
    expect(segmentsMeet(level, { from: p(0, 1), to: p(10, 1) })).toBe(false);
    expect(segmentsMeet(level, { from: p(20, 0), to: p(30, 0) })).toBe(false);
    expect(projection(level, p(5, 99))).toBe(0.5);
  });
});

describe("polygons", () => {
  const square = points([0, 0], [10, 0], [10, 10], [0, 10]);
  const hollow = points([0, 0], [10, 0], [10, 10], [5, 2], [0, 10]);

  test("inside, outside, in a dent, on an edge and on a corner", () => {
    expect(contains(square, p(5, 5))).toBe(true);
    expect(contains(square, p(-1, 5))).toBe(false);
    expect(contains(hollow, p(5, 8))).toBe(false);
    expect(contains(square, p(10, 5))).toBe(true);
    expect(contains(square, p(0, 0))).toBe(true);
  });

  test("area and centre do not depend on the order of corners", () => {
    expect(polygonArea(square)).toBe(100);
    expect(polygonArea([...square].reverse())).toBe(100);
    expect(centroid([...square].reverse())).toEqual(p(5, 5));
  });

  test.each([
    ["a square", square, true],
    ["a hollow shape", hollow, true],
    ["a bow tie", points([0, 0], [10, 10], [10, 0], [0, 10]), false],
    ["three points in a line", points([0, 0], [5, 0], [10, 0]), false],
    ["a repeated corner", points([0, 0], [10, 0], [10, 0], [0, 10]), false],
    ["an edge that goes back over itself", points([0, 0], [10, 0], [5, 0], [5, 5]), false],
  ])("%s is simple: %3$s", (_name, polygon, simple) => {
    expect(isSimple(polygon)).toBe(simple);
  });
});

describe("homographies", () => {
  const pairs = [
    { from: p(212, 655), to: p(0, 0) },
    { from: p(1010, 640), to: p(14, 0) },
    { from: p(850, 210), to: p(14, 40) },
    { from: p(430, 215), to: p(0, 40) },
  ];

  test("four pairs are met exactly", () => {
    const h = solveHomography(pairs);
    expect(h).toBeDefined();
    if (h !== undefined) expect(reprojectionError(h, pairs)).toBeLessThan(1e-6);
  });

  property.prop([fc.double({ min: 0, max: 14, noNaN: true }), fc.double({ min: 0, max: 40, noNaN: true })])(
    "ground to picture and back is the same place",
    (x, y) => {
      const h = solveHomography(pairs);
      if (h === undefined) throw new Error("not solved");
      const picture = applyHomography(invertHomography(h), p(x, y));
      const back = picture === undefined ? undefined : applyHomography(h, picture);
      expect(back?.x).toBeCloseTo(x, 6);
      expect(back?.y).toBeCloseTo(y, 6);
    },
  );

  test("more pairs with noise are met in least squares", () => {
    const h = solveHomography(pairs);
    if (h === undefined) throw new Error("not solved");
    const noisy = [
      ...pairs,
      ...[p(600, 400), p(700, 500), p(500, 300)].map((from, i) => {
        const to = applyHomography(h, from) ?? p(0, 0);
        return { from, to: p(to.x + (i - 1) * 0.1, to.y - (i - 1) * 0.1) };
      }),
    ];
    const fitted = solveHomography(noisy);
    expect(fitted === undefined ? Infinity : reprojectionError(fitted, noisy)).toBeLessThan(0.15);
  });

  test.each([
    ["three pairs", pairs.slice(0, 3)],
    ["points in a line", pairs.map((pair, i) => ({ from: p(i * 10, i * 10), to: pair.to }))],
    ["one point four times", pairs.map((pair) => ({ from: p(5, 5), to: pair.to }))],
    ["three of four in a line", [...pairs.slice(0, 3), { from: p(611, 647.5), to: p(0, 40) }]],
    [
      "two corners exchanged",
      [pairs[1], pairs[0], pairs[2], pairs[3]].map((pair, i) => ({
        from: pairs[i]?.from ?? p(0, 0),
        to: pair?.to ?? p(0, 0),
      })),
    ],
  ])("%s are degenerate", (_name, degenerate) => {
    expect(solveHomography(degenerate)).toBeUndefined();
  });
});
