// The recent places of one track, and what they say of its speed and of its standing still.
import { lengthOf, type Point } from "../geometry/box.ts";

/** How far back places are kept, the most that are kept, and the least time between two. */
const TRAIL_MS = 2200;
const CAPACITY = 64;
const SPACING_MS = 35;
/** Speeds are fitted over this much. */
const WINDOW_MS = 1000;
/** Standing is slower than this over one second, or, where boxes jitter, over two. */
const STANDING_BELOW_MS = 0.3;
const STEADY_WINDOW_MS = 2000;
const ERRORS = 1.5;
const BACKDATED_MS = 1500;
/** A standing track moves again when faster than this, or this far from where it stood. */
const MOVING_ABOVE_MS = 1;
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

/** Adds a place; at high frame rates the latest one is replaced, so that the ring always spans its window. */
export function extendTrail(trail: Trail, tMs: number, place: Point): void {
  const last = (trail.start + trail.length - 1) % CAPACITY;
  const before = (trail.start + trail.length - 2 + CAPACITY) % CAPACITY;
  const dense = trail.length >= 2 && tMs - (trail.values[before * 3] as number) < SPACING_MS;
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

/** A straight line fitted to the recent places; filled again by each fit. */
export interface Fit {
  /** Velocity, m/s. */
  x: number;
  y: number;
  spanMs: number;
  /** Standard deviation of the places about the line, metres, and the standard error of the velocity, m/s. */
  scatterM: number;
  errorMs: number;
}

export function createFit(): Fit {
  // Not 0: a field that was ever a small integer costs an allocation with each fraction that is written to it.
  return { x: Number.NaN, y: Number.NaN, spanMs: Number.NaN, scatterM: Number.NaN, errorMs: Number.NaN };
}

/** Fits the last second (or `windowMs`) by least squares. False, and `fit` left alone, below 0.5 s. */
export function fitTrail(trail: Trail, tMs: number, fit: Fit, windowMs = WINDOW_MS): boolean {
  let count = 0;
  let meanT = 0;
  let meanX = 0;
  let meanY = 0;
  let firstMs = tMs;
  for (let i = trail.length - 1; i >= 0; i--) {
    const at = ((trail.start + i) % CAPACITY) * 3;
    const t = trail.values[at] as number;
    if (tMs - t > windowMs + 50) break;
    count++;
    firstMs = t;
    meanT += t;
    meanX += trail.values[at + 1] as number;
    meanY += trail.values[at + 2] as number;
  }
  if (count < 3 || tMs - firstMs < 500) return false;
  meanT /= count;
  meanX /= count;
  meanY /= count;
  let tt = 0;
  let tx = 0;
  let ty = 0;
  let spread = 0;
  for (let i = trail.length - count; i < trail.length; i++) {
    const at = ((trail.start + i) % CAPACITY) * 3;
    const dt = ((trail.values[at] as number) - meanT) / 1000;
    const dx = (trail.values[at + 1] as number) - meanX;
    const dy = (trail.values[at + 2] as number) - meanY;
    tt += dt * dt;
    tx += dt * dx;
    ty += dt * dy;
    spread += dx * dx + dy * dy;
  }
  if (tt === 0) return false;
  fit.x = tx / tt;
  fit.y = ty / tt;
  fit.spanMs = tMs - firstMs;
  fit.scatterM = Math.sqrt(Math.max(0, spread - (tx * tx + ty * ty) / tt) / (count - 2));
  fit.errorMs = fit.scatterM / Math.sqrt(tt);
  return true;
}

const steady = createFit();

/** Keeps the trail's standing state: enters when slow over a whole window, leaves on clear movement. `second` is the fit over one. */
export function judgeStanding(trail: Trail, tMs: number, place: Point, second: Fit): void {
  if (trail.standingSinceMs === undefined) {
    const slow = slowFit(trail, tMs, second);
    if (slow === undefined) return;
    // A slow fit over two seconds may still hold the last of the braking.
    trail.standingSinceMs = tMs - Math.min(slow.spanMs, BACKDATED_MS);
    trail.standingPlace = { x: place.x, y: place.y };
    return;
  }
  const from = trail.standingPlace ?? place;
  const fast = lengthOf(second.x, second.y) > Math.max(MOVING_ABOVE_MS, 3 * second.errorMs);
  if (fast || lengthOf(place.x - from.x, place.y - from.y) > Math.max(MOVED_M, 4 * second.scatterM)) {
    trail.standingSinceMs = undefined;
    trail.standingPlace = undefined;
  }
}

/** The fit that shows it standing: over one second, else over two. */
function slowFit(trail: Trail, tMs: number, second: Fit): Fit | undefined {
  if (isSlow(second, WINDOW_MS, 0)) return second;
  const fitted = fitTrail(trail, tMs, steady, STEADY_WINDOW_MS);
  return fitted && isSlow(steady, STEADY_WINDOW_MS, ERRORS) ? steady : undefined;
}

/** Whether a fitted velocity covers its window and is slow, give or take some standard errors. */
function isSlow(fit: Fit, windowMs: number, errors: number): boolean {
  if (fit.spanMs < windowMs - 100) return false;
  return lengthOf(fit.x, fit.y) < Math.min(MOVING_ABOVE_MS, STANDING_BELOW_MS + errors * fit.errorMs);
}
