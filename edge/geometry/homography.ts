// Plane-to-plane projective maps: solved from point pairs, applied, inverted.
import type { Point } from "./box.ts";

/** Row-major 3 × 3 matrix; maps (x, y, 1) and divides by the third coordinate. */
export type Homography = readonly [number, number, number, number, number, number, number, number, number];

export interface PointPair {
  readonly from: Point;
  readonly to: Point;
}

/** The image of a point, or undefined where the point lies on the map's horizon. */
export function applyHomography(h: Homography, point: Point): Point | undefined {
  const w = h[6] * point.x + h[7] * point.y + h[8];
  if (Math.abs(w) < 1e-12) return undefined;
  return {
    x: (h[0] * point.x + h[1] * point.y + h[2]) / w,
    y: (h[3] * point.x + h[4] * point.y + h[5]) / w,
  };
}

/** The sign of the third coordinate: points of one side of the horizon share it. */
export function horizonSide(h: Homography, point: Point): number {
  return Math.sign(h[6] * point.x + h[7] * point.y + h[8]);
}

/** Throws RangeError for a singular matrix, which {@link solveHomography} never returns. */
export function invertHomography(h: Homography): Homography {
  const [a, b, c, d, e, f, g, i, j] = h;
  const determinant = a * (e * j - f * i) - b * (d * j - f * g) + c * (d * i - e * g);
  if (determinant === 0 || !Number.isFinite(determinant)) throw new RangeError("singular homography");
  return [
    (e * j - f * i) / determinant,
    (c * i - b * j) / determinant,
    (b * f - c * e) / determinant,
    (f * g - d * j) / determinant,
    (a * j - c * g) / determinant,
    (c * d - a * f) / determinant,
    (d * i - e * g) / determinant,
    (b * g - a * i) / determinant,
    (a * e - b * d) / determinant,
  ];
}

/**
 * Least-squares map of four pairs or more by the normalised direct linear transform (Hartley and Zisserman,
 * Multiple View Geometry, 2nd ed., algorithm 4.2, with the last element of the normalised matrix fixed at 1).
 * Undefined for degenerate pairs: fewer than four, coincident or collinear ones, or some beyond the horizon of others.
 */
export function solveHomography(pairs: readonly PointPair[]): Homography | undefined {
  if (pairs.length < 4) return undefined;
  const from = normaliser(pairs.map((pair) => pair.from));
  const to = normaliser(pairs.map((pair) => pair.to));
  if (from === undefined || to === undefined) return undefined;
  const normal = Array.from({ length: 8 }, () => new Float64Array(9));
  for (const pair of pairs) {
    const x = (pair.from.x - from.x) * from.scale;
    const y = (pair.from.y - from.y) * from.scale;
    const u = (pair.to.x - to.x) * to.scale;
    const v = (pair.to.y - to.y) * to.scale;
    addEquation(normal, [x, y, 1, 0, 0, 0, -u * x, -u * y, u]);
    addEquation(normal, [0, 0, 0, x, y, 1, -v * x, -v * y, v]);
  }
  const n = solve(normal);
  if (n === undefined) return undefined;
  const h = multiply(
    multiply(
      [1 / to.scale, 0, to.x, 0, 1 / to.scale, to.y, 0, 0, 1],
      [n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], 1],
    ),
    [from.scale, 0, -from.scale * from.x, 0, from.scale, -from.scale * from.y, 0, 0, 1],
  );
  const side = horizonSide(h, (pairs[0] as PointPair).from);
  const usable = side !== 0 && pairs.every((pair) => horizonSide(h, pair.from) === side) && isRegular(h);
  return usable ? h : undefined;
}

/** Root mean square distance between mapped and given points, in units of `to`. */
export function reprojectionError(h: Homography, pairs: readonly PointPair[]): number {
  let sum = 0;
  for (const { from, to } of pairs) {
    const mapped = applyHomography(h, from);
    if (mapped === undefined) return Infinity;
    sum += (mapped.x - to.x) ** 2 + (mapped.y - to.y) ** 2;
  }
  return Math.sqrt(sum / pairs.length);
}

/** Moves points to their mean and scales them to a mean distance of √2; undefined when they all coincide. */
function normaliser(points: readonly Point[]): { x: number; y: number; scale: number } | undefined {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point.x / points.length;
    y += point.y / points.length;
  }
  let distance = 0;
  for (const point of points) distance += Math.hypot(point.x - x, point.y - y) / points.length;
  return distance > 1e-9 ? { x, y, scale: Math.SQRT2 / distance } : undefined;
}

/** Adds the outer product of one equation's coefficients (right-hand side last) to the normal equations. */
function addEquation(normal: readonly Float64Array[], row: readonly number[]): void {
  for (let i = 0; i < 8; i++) {
    const target = normal[i] as Float64Array;
    for (let j = 0; j < 9; j++) target[j] = (target[j] as number) + (row[i] as number) * (row[j] as number);
  }
}

type Eight = [number, number, number, number, number, number, number, number];

/** Gauss elimination with row pivoting; undefined when the equations do not determine every unknown. */
function solve(rows: Float64Array[]): Eight | undefined {
  const size = 8;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let r = column + 1; r < size; r++) {
      if (Math.abs(at(rows, r, column)) > Math.abs(at(rows, pivot, column))) pivot = r;
    }
    if (Math.abs(at(rows, pivot, column)) < 1e-10) return undefined;
    const top = rows[pivot] as Float64Array;
    rows[pivot] = rows[column] as Float64Array;
    rows[column] = top;
    for (let r = column + 1; r < size; r++) {
      const row = rows[r] as Float64Array;
      const factor = (row[column] as number) / (top[column] as number);
      for (let c = column; c <= size; c++) row[c] = (row[c] as number) - factor * (top[c] as number);
    }
  }
  const result: Eight = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let r = size - 1; r >= 0; r--) {
    let sum = at(rows, r, size);
    for (let c = r + 1; c < size; c++) sum -= at(rows, r, c) * (result[c] as number);
    result[r] = sum / at(rows, r, r);
  }
  return result;
}

function at(rows: readonly Float64Array[], row: number, column: number): number {
  return rows[row]?.[column] as number;
}

function multiply(a: Homography, b: Homography): Homography {
  const entry = (row: number, column: number): number =>
    (a[row * 3] as number) * (b[column] as number) +
    (a[row * 3 + 1] as number) * (b[3 + column] as number) +
    (a[row * 3 + 2] as number) * (b[6 + column] as number);
  return [
    entry(0, 0),
    entry(0, 1),
    entry(0, 2),
    entry(1, 0),
    entry(1, 1),
    entry(1, 2),
    entry(2, 0),
    entry(2, 1),
    entry(2, 2),
  ];
}

/** Whether the matrix is far enough from singular, relative to its own size. */
function isRegular(h: Homography): boolean {
  const [a, b, c, d, e, f, g, i, j] = h;
  const determinant = a * (e * j - f * i) - b * (d * j - f * g) + c * (d * i - e * g);
  const rows = Math.hypot(a, b, c) * Math.hypot(d, e, f) * Math.hypot(g, i, j);
  return Number.isFinite(determinant) && rows > 0 && Math.abs(determinant) / rows > 1e-9;
}
