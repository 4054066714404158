// The recent places of one track, and what they say of its speed and of its standing still.
import type { Point } from "../geometry/box.ts";

/** How far back places are kept, and the most that are kept. */
const TRAIL_MS = 1200;
const CAPACITY = 64;
/** Speeds are fitted over this much; standing is judged on at least 1 s. */
const WINDOW_MS = 1000;
const STANDING_BELOW_MS = 0.3;
/** A standing track moves again when faster than this, or this far from where it stood. */
const MOVING_ABOVE_MS = 0.6;
const MOVED_M = 1;

/** A ring of (time, place); filled in place, so that a frame allocates nothing. */
export interface Trail {
  readonly values: Float64Array;
  start: number;
  length: number;
  standingSinceMs: number | undefined;
  standingPlace: Point | undefined;
}

export function createTrail(): Trail {
  return {
    values: new Float64Array(CAPACITY * 3),
    start: 0,
    length: 0,
    standingSinceMs: undefined,
    standingPlace: undefined,
  };
}

export function clearTrail(trail: Trail): void {
  trail.length = 0;
  trail.standingSinceMs = undefined;
  trail.standingPlace = undefined;
}

/** Adds a place; at over 50 frames a second the latest one is replaced, so that the ring always spans its window. */
export function extendTrail(trail: Trail, tMs: number, place: Point): void {
  const last = (trail.start + trail.length - 1) % CAPACITY;
  const before = (trail.start + trail.length - 2 + CAPACITY) % CAPACITY;
  const dense = trail.length >= 2 && tMs - (trail.values[before * 3] as number) < 20;
  while (trail.length > 1 && tMs - (trail.values[trail.start * 3] as number) > TRAIL_MS) {
    trail.start = (trail.start + 1) % CAPACITY;
    trail.length--;
  }
  let at = dense ? last : (trail.start + trail.length) % CAPACITY;
  if (!dense) {
    if (trail.length === CAPACITY) trail.start = (trail.start + 1) % CAPACITY;
    else trail.length++;
  }
  at *= 3;
  trail.values[at] = tMs;
  trail.values[at + 1] = place.x;
  trail.values[at + 2] = place.y;
}

/** Least-squares velocity over the window, m/s, and the time it covers. Undefined below 0.5 s. */
export function trailVelocity(trail: Trail, tMs: number): (Point & { readonly spanMs: number }) | undefined {
  let count = 0;
  let meanT = 0;
  let meanX = 0;
  let meanY = 0;
  let firstMs = tMs;
  for (let i = trail.length - 1; i >= 0; i--) {
    const at = ((trail.start + i) % CAPACITY) * 3;
    const t = trail.values[at] as number;
    if (tMs - t > WINDOW_MS + 50) break;
    count++;
    firstMs = t;
    meanT += t;
    meanX += trail.values[at + 1] as number;
    meanY += trail.values[at + 2] as number;
  }
  if (count < 3 || tMs - firstMs < 500) return undefined;
  meanT /= count;
  meanX /= count;
  meanY /= count;
  let tt = 0;
  let tx = 0;
  let ty = 0;
  for (let i = trail.length - count; i < trail.length; i++) {
    const at = ((trail.start + i) % CAPACITY) * 3;
    const dt = ((trail.values[at] as number) - meanT) / 1000;
    tt += dt * dt;
    tx += dt * ((trail.values[at + 1] as number) - meanX);
    ty += dt * ((trail.values[at + 2] as number) - meanY);
  }
  return tt === 0 ? undefined : { x: tx / tt, y: ty / tt, spanMs: tMs - firstMs };
}

/** Keeps the trail's standing state: enters below 0.3 m/s over a full second, leaves on clear movement. */
export function judgeStanding(
  trail: Trail,
  tMs: number,
  place: Point,
  velocity: (Point & { readonly spanMs: number }) | undefined,
): void {
  if (velocity === undefined) return;
  const speed = Math.hypot(velocity.x, velocity.y);
  if (trail.standingSinceMs === undefined) {
    if (speed >= STANDING_BELOW_MS || velocity.spanMs < WINDOW_MS - 100) return;
    trail.standingSinceMs = tMs - velocity.spanMs;
    trail.standingPlace = place;
    return;
  }
  const from = trail.standingPlace ?? place;
  if (speed > MOVING_ABOVE_MS || Math.hypot(place.x - from.x, place.y - from.y) > MOVED_M) {
    trail.standingSinceMs = undefined;
    trail.standingPlace = undefined;
  }
}
