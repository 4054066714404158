// The recent places of one track, and what they say of its speed and of its standing still.
import { lengthOf, type Point } from "../geometry/box.ts";

/** How far back places are kept, the most that are kept, and the least time between two. */
const TRAIL_MS = 3000;
const CAPACITY = 64;
const SPACING_MS = 48;
/** Speeds are fitted over this much. */
const WINDOW_MS = 1000;
/** Standing is slower than this over one second … */
const STANDING_BELOW_MS = 0.3;
/** … if boxes shake so little that a second can tell; else over two, give or take the speed's own error. */
const CERTAIN_MS = 0.3;
const STEADY_WINDOW_MS = 2000;
const ERRORS = 1.5;
const MOST_ERROR_MS = 0.4;
/** Places as near as this to where it stands, or within the scatter of its boxes up to the other, are of its standing. */
const PLACE_M = 0.3;
const MOST_PLACE_M = 0.6;
/** A standing track moves again once its mean place of the last second is this far off, or so many scatters … */
const MOVED_M = 0.8;
const MOVED_SCATTERS = 2;
/** … or it is this fast and this far off at least. */
const MOVING_ABOVE_MS = 1;
const MOVED_LEAST_M = 0.5;
/** How fast the place where it stands follows the mean, per second: who creeps at less than 0.3 m/s stands. */
const SETTLING = 0.4;

/** A ring of (time, place); filled in place, so that a frame allocates nothing. */
export interface Trail {
  readonly values: Float64Array;
  start: number;
  length: number;
  standingSinceMs: number | undefined;
  /** Where it stands; holds while it does. */
  standingX: number;
  standingY: number;
  judgedMs: number;
}

export function createTrail(): Trail {
  return {
    values: new Float64Array(CAPACITY * 3),
    start: 0,
    length: 0,
    standingSinceMs: undefined,
    // Not 0: a field that was ever a small integer costs an allocation with each fraction that is written to it.
    standingX: Number.NaN,
    standingY: Number.NaN,
    judgedMs: Number.NaN,
  };
}

/** Makes the trail of a track that is gone fit for another one's. */
export function renewTrail(trail: Trail): Trail {
  clearTrail(trail);
  trail.start = 0;
  return trail;
}

export function clearTrail(trail: Trail): void {
  trail.length = 0;
  trail.standingSinceMs = undefined;
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
  /** Velocity and its length, m/s. */
  x: number;
  y: number;
  speedMs: number;
  /** Middle of the places. */
  middleX: number;
  middleY: number;
  spanMs: number;
  /** Standard deviation of the places about the line, metres, and the standard error of the velocity, m/s. */
  scatterM: number;
  errorMs: number;
}

export function createFit(): Fit {
  // Not 0: a field that was ever a small integer costs an allocation with each fraction that is written to it.
  return {
    x: Number.NaN,
    y: Number.NaN,
    speedMs: Number.NaN,
    middleX: Number.NaN,
    middleY: Number.NaN,
    spanMs: Number.NaN,
    scatterM: Number.NaN,
    errorMs: Number.NaN,
  };
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
  fit.speedMs = Math.sqrt(fit.x * fit.x + fit.y * fit.y);
  fit.middleX = meanX;
  fit.middleY = meanY;
  fit.spanMs = tMs - firstMs;
  fit.scatterM = Math.sqrt(Math.max(0, spread - (tx * tx + ty * ty) / tt) / (count - 2));
  fit.errorMs = fit.scatterM / Math.sqrt(tt);
  return true;
}

const steady = createFit();

/** Keeps the trail's standing state: enters when slow over a whole window, leaves on clear movement. `second` is the fit over one. */
export function judgeStanding(trail: Trail, tMs: number, second: Fit): void {
  if (trail.standingSinceMs === undefined) {
    if (!isSlow(trail, tMs, second)) return;
    trail.standingSinceMs = beganAt(trail, tMs - second.spanMs, second);
    trail.standingX = second.middleX;
    trail.standingY = second.middleY;
    trail.judgedMs = tMs;
    return;
  }
  const dx = second.middleX - trail.standingX;
  const dy = second.middleY - trail.standingY;
  const movedM = lengthOf(dx, dy);
  const scattersM = second.scatterM * MOVED_SCATTERS;
  const drives = second.speedMs > Math.max(MOVING_ABOVE_MS, 3 * second.errorMs);
  if (movedM > Math.max(MOVED_M, scattersM) || (drives && movedM > MOVED_LEAST_M)) {
    trail.standingSinceMs = undefined;
    return;
  }
  const share = Math.min(1, (SETTLING * (tMs - trail.judgedMs)) / 1000);
  trail.standingX += dx * share;
  trail.standingY += dy * share;
  trail.judgedMs = tMs;
}

/** Whether it stood, and stands where it did. */
export function standsAt(trail: Trail, { x, y }: Point): boolean {
  return trail.standingSinceMs !== undefined && lengthOf(x - trail.standingX, y - trail.standingY) < MOVED_M;
}

/** Whether it stands by the fit over one second or, where that is too vague, over two. */
function isSlow(trail: Trail, tMs: number, second: Fit): boolean {
  if (second.spanMs < WINDOW_MS - 100) return false;
  if (second.errorMs <= CERTAIN_MS) return second.speedMs < STANDING_BELOW_MS;
  if (second.speedMs > STANDING_BELOW_MS + 3 * second.errorMs) return false;
  if (!fitTrail(trail, tMs, steady, STEADY_WINDOW_MS) || steady.spanMs < STEADY_WINDOW_MS - 200) return false;
  const forgivenMs = Math.min(MOST_ERROR_MS, ERRORS * steady.errorMs);
  return steady.speedMs < STANDING_BELOW_MS + forgivenMs;
}

/** Since when it has been where it stands: `sinceMs`, or as long before as its places agree; not while it braked. */
function beganAt(trail: Trail, sinceMs: number, { middleX, middleY, scatterM }: Fit): number {
  const within = Math.min(MOST_PLACE_M, Math.max(PLACE_M, scatterM));
  let began = sinceMs;
  for (let i = trail.length - 1; i >= 0; i--) {
    const at = ((trail.start + i) % CAPACITY) * 3;
    const t = trail.values[at] as number;
    if (t >= sinceMs) continue;
    const dx = (trail.values[at + 1] as number) - middleX;
    const dy = (trail.values[at + 2] as number) - middleY;
    if (lengthOf(dx, dy) > within) break;
    began = t;
  }
  return began;
}
