// Simple polygons: membership, area, centroid and the test that they do not cross themselves.
import type { Point } from "./box.ts";
import { segmentsMeet } from "./segment.ts";

export type Polygon = readonly Point[];

/** Whether a point lies inside; a point on an edge or corner counts as inside, so neighbours may both claim it. */
export function contains(polygon: Polygon, point: Point): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const a = polygon[i] as Point;
    const b = polygon[j] as Point;
    const turn = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x);
    if (turn === 0 && between(a.x, b.x, point.x) && between(a.y, b.y, point.y)) return true;
    if (a.y > point.y !== b.y > point.y && turn > 0 === b.y > a.y) inside = !inside;
  }
  return inside;
}

/** Area in squared units of the coordinates, without sign. */
export function polygonArea(polygon: Polygon): number {
  return Math.abs(doubleArea(polygon)) / 2;
}

/** Centre of area; the mean of the corners where the polygon has no area. */
export function centroid(polygon: Polygon): Point {
  const twice = doubleArea(polygon);
  let x = 0;
  let y = 0;
  if (Math.abs(twice) < 1e-12) {
    for (const point of polygon) {
      x += point.x / polygon.length;
      y += point.y / polygon.length;
    }
    return { x, y };
  }
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const a = polygon[j] as Point;
    const b = polygon[i] as Point;
    const weight = a.x * b.y - b.x * a.y;
    x += (a.x + b.x) * weight;
    y += (a.y + b.y) * weight;
  }
  return { x: x / (3 * twice), y: y / (3 * twice) };
}

/** Whether no two edges meet but neighbours in their common corner, and the polygon has an area. */
export function isSimple(polygon: Polygon): boolean {
  const count = polygon.length;
  if (count < 3 || polygonArea(polygon) === 0) return false;
  const edge = (i: number): { from: Point; to: Point } => ({
    from: polygon[i] as Point,
    to: polygon[(i + 1) % count] as Point,
  });
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      const neighbours = j === i + 1 || (i === 0 && j === count - 1);
      if (neighbours ? foldsBack(edge(i), edge(j)) : segmentsMeet(edge(i), edge(j))) return false;
    }
  }
  return true;
}

/** Whether two edges with a common corner overlap in more than that corner. */
function foldsBack(a: { from: Point; to: Point }, b: { from: Point; to: Point }): boolean {
  const shared = samePoint(a.to, b.from) ? a.to : a.from;
  const one = samePoint(shared, a.to) ? a.from : a.to;
  const other = samePoint(shared, b.from) ? b.to : b.from;
  const ux = one.x - shared.x;
  const uy = one.y - shared.y;
  const vx = other.x - shared.x;
  const vy = other.y - shared.y;
  return ux * vy - uy * vx === 0 && ux * vx + uy * vy >= 0;
}

function samePoint(a: Point, b: Point): boolean {
  return a.x === b.x && a.y === b.y;
}

function doubleArea(polygon: Polygon): number {
  let sum = 0;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const a = polygon[j] as Point;
    const b = polygon[i] as Point;
    sum += a.x * b.y - b.x * a.y;
  }
  return sum;
}

function between(a: number, b: number, value: number): boolean {
  return value >= Math.min(a, b) && value <= Math.max(a, b);
}
