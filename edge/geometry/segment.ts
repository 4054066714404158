// Straight lines and segments: sides, distances and crossings.
import { lengthOf, type Point } from "./box.ts";

/** A directed segment. */
export interface Segment {
  readonly from: Point;
  readonly to: Point;
}

/** Where a movement met a segment: fractions 0–1 along the movement and along the segment. */
export interface Crossing {
  readonly along: number;
  readonly at: number;
}

/**
 * Distance of a point from the infinite line through a segment, in the coordinates' own unit.
 * Positive on the right-hand side of `from → to` when y grows downwards (pictures), on the left-hand side when
 * y grows upwards (ground plane). Zero for a segment without length.
 */
export function signedDistance(segment: Segment, point: Point): number {
  const dx = segment.to.x - segment.from.x;
  const dy = segment.to.y - segment.from.y;
  const length = lengthOf(dx, dy);
  if (length === 0) return 0;
  return (dx * (point.y - segment.from.y) - dy * (point.x - segment.from.x)) / length;
}

/** Fraction along the segment at which the foot of the perpendicular from `point` lies; below 0 or above 1 outside. */
export function projection(segment: Segment, point: Point): number {
  const dx = segment.to.x - segment.from.x;
  const dy = segment.to.y - segment.from.y;
  const squared = dx * dx + dy * dy;
  if (squared === 0) return 0;
  return (dx * (point.x - segment.from.x) + dy * (point.y - segment.from.y)) / squared;
}

/**
 * Where the movement `a → b` changes sides of the infinite line through `segment`: `at` says whether that was
 * within the segment (0–1). A movement that only touches the line belongs to the side it ends on; a point on the
 * line counts as the positive side, so that no crossing is seen twice or missed between two steps.
 */
export function crossingOf(a: Point, b: Point, segment: Segment): Crossing | undefined {
  // Signed distances times the segment's length, which cancels out; most movements end here, without a call.
  const { from, to } = segment;
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const before = dx * (a.y - from.y) - dy * (a.x - from.x);
  const after = dx * (b.y - from.y) - dy * (b.x - from.x);
  if (before >= 0 === after >= 0) return undefined;
  const along = before / (before - after);
  const meeting = { x: a.x + (b.x - a.x) * along, y: a.y + (b.y - a.y) * along };
  return { along, at: projection(segment, meeting) };
}

/** Whether two closed segments share a point. */
export function segmentsMeet(a: Segment, b: Segment): boolean {
  const d1 = cross(a.from, a.to, b.from);
  const d2 = cross(a.from, a.to, b.to);
  const d3 = cross(b.from, b.to, a.from);
  const d4 = cross(b.from, b.to, a.to);
  if (d1 > 0 !== d2 > 0 && d3 > 0 !== d4 > 0 && d1 !== 0 && d2 !== 0 && d3 !== 0 && d4 !== 0) return true;
  return (
    (d1 === 0 && within(a, b.from)) ||
    (d2 === 0 && within(a, b.to)) ||
    (d3 === 0 && within(b, a.from)) ||
    (d4 === 0 && within(b, a.to))
  );
}

function cross(origin: Point, a: Point, b: Point): number {
  return (a.x - origin.x) * (b.y - origin.y) - (a.y - origin.y) * (b.x - origin.x);
}

/** Whether a point known to be on the line lies between the segment's ends. */
function within(segment: Segment, point: Point): boolean {
  return (
    point.x >= Math.min(segment.from.x, segment.to.x) &&
    point.x <= Math.max(segment.from.x, segment.to.x) &&
    point.y >= Math.min(segment.from.y, segment.to.y) &&
    point.y <= Math.max(segment.from.y, segment.to.y)
  );
}
