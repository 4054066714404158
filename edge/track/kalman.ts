// Constant-velocity Kalman filter of one box: bottom centre, width and height, four independent axes.
import type { Box } from "../geometry/box.ts";

/**
 * Four axes (bottom-centre x, bottom-centre y, width, height), five numbers each:
 * position (px), velocity (px/s), and the covariance entries PP, PV, VV.
 */
export type BoxState = Float64Array;

const AXES = 4;
const STRIDE = 5;
/** Where a state holds bottom-centre x and y, width and height. */
export const X = 0;
export const Y = STRIDE;
export const WIDTH = 2 * STRIDE;
export const HEIGHT = 3 * STRIDE;
/** Where it holds the velocities of x and y, px/s. */
export const X_VELOCITY = X + 1;
export const Y_VELOCITY = Y + 1;
/** Where it holds the variance of x, px². */
export const X_VARIANCE = X + 2;
const POSITION = 0;
const VELOCITY = 1;
const PP = 2;
const PV = 3;
const VV = 4;

/** Noise of motion and measurement, in box heights, so that near and far road users are treated alike. */
export interface MotionModel {
  /** Standard deviation of a new track's speed, box heights per second: raising it lets faster newcomers match. */
  readonly startSpeed: number;
  /** Square root of the spectral density of acceleration, box heights / s^1.5: raising it follows turns faster, smooths less. */
  readonly agility: number;
  /** The same for width and height. */
  readonly shapeAgility: number;
  /** Standard deviation of a detection's position, box heights. */
  readonly jitter: number;
  /** The same for width and height. */
  readonly shapeJitter: number;
  /** Whether it gets slower in the picture as it gets smaller: drivers keep their speed. */
  readonly recedes: boolean;
  /**
   * A doubtful box is also an inexact one (as in the NSA Kalman filter, Du et al. 2021): the jitter of a wholly sure
   * detection and what is added to it from there to a confidence of 0, both as factors of the above.
   */
  readonly sureJitter: number;
  readonly doubtJitter: number;
}

export function startState(box: Box, model: MotionModel): BoxState {
  const state = new Float64Array(AXES * STRIDE);
  const height = box.y2 - box.y1;
  const measured = [(box.x1 + box.x2) / 2, box.y2, box.x2 - box.x1, height];
  for (let axis = 0; axis < AXES; axis++) {
    const at = axis * STRIDE;
    const shape = axis >= 2;
    state[at + POSITION] = measured[axis] as number;
    state[at + PP] = ((shape ? model.shapeJitter : model.jitter) * height) ** 2;
    state[at + VV] = ((shape ? model.startSpeed / 4 : model.startSpeed) * height) ** 2;
  }
  return state;
}

/** Moves the state on by `seconds` (≥ 0). */
export function predict(state: BoxState, seconds: number, model: MotionModel): void {
  if (seconds <= 0) return;
  const height = Math.max(1, state[HEIGHT] as number);
  const agility = agilityOf(state, height, model);
  const growth = model.recedes ? growthIn(state, seconds) : 1;
  for (let axis = 0; axis < AXES; axis++) {
    const at = axis * STRIDE;
    const density = ((axis >= 2 ? model.shapeAgility : agility) * height) ** 2;
    const velocity = state[at + VELOCITY] as number;
    const pv = state[at + PV] as number;
    const vv = state[at + VV] as number;
    state[at] = (state[at] as number) + velocity * seconds * growth;
    state[at + VELOCITY] = velocity * growth * growth;
    state[at + PP] =
      (state[at + PP] as number) + 2 * pv * seconds + vv * seconds ** 2 + (density * seconds ** 3) / 3;
    state[at + PV] = pv + vv * seconds + (density * seconds ** 2) / 2;
    state[at + VV] = vv + density * seconds;
  }
  // A box never vanishes or turns inside out, however long it is only predicted.
  state[WIDTH] = Math.max(1, state[WIDTH] as number);
  state[HEIGHT] = Math.max(1, state[HEIGHT] as number);
}

/** In one step a box is taken to shrink or grow by no more than this factor. */
const MOST_GROWTH = 1.5;

/**
 * By what factor the box will have grown. Whoever drives on at an even speed has a size that goes with 1/depth, and a
 * speed in the picture, along the way to the vanishing point, with its square. Width and height must agree: one alone
 * changes when a vehicle turns or the picture's edge cuts it.
 */
function growthIn(state: BoxState, seconds: number): number {
  const byHeight = (state[HEIGHT + VELOCITY] as number) / Math.max(1, state[HEIGHT] as number);
  const byWidth = (state[WIDTH + VELOCITY] as number) / Math.max(1, state[WIDTH] as number);
  if (byHeight * byWidth <= 0) return 1;
  const rate = Math.abs(byHeight) < Math.abs(byWidth) ? byHeight : byWidth;
  return 1 / Math.min(MOST_GROWTH, Math.max(1 / MOST_GROWTH, 1 - rate * seconds));
}

/** Nobody walks faster, box heights per second; whoever is faster rides, and is as agile as what it rides on. */
const WALKING = 1.5;
const AGILITY_PER_SPEED = 0.5;
const RIDING_AGILITY = 1;

function agilityOf(state: BoxState, height: number, model: MotionModel): number {
  const x = state[X_VELOCITY] as number;
  const y = state[Y_VELOCITY] as number;
  const speed = Math.sqrt(x * x + y * y) / height;
  const riding = model.agility + AGILITY_PER_SPEED * (speed - WALKING);
  return Math.max(model.agility, Math.min(RIDING_AGILITY, riding));
}

/** Corrects the state by a detection's box and confidence. */
export function correct(state: BoxState, box: Box, confidence: number, model: MotionModel): void {
  const height = Math.max(1, box.y2 - box.y1);
  const doubt = model.sureJitter + model.doubtJitter * (1 - confidence);
  correctAxis(state, 0, (box.x1 + box.x2) / 2, (model.jitter * height * doubt) ** 2);
  correctAxis(state, STRIDE, box.y2, (model.jitter * height * doubt) ** 2);
  correctAxis(state, 2 * STRIDE, box.x2 - box.x1, (model.shapeJitter * height * doubt) ** 2);
  correctAxis(state, 3 * STRIDE, height, (model.shapeJitter * height * doubt) ** 2);
}

function correctAxis(state: BoxState, at: number, measured: number, variance: number): void {
  const pp = state[at + PP] as number;
  const pv = state[at + PV] as number;
  const innovation = measured - (state[at] as number);
  const gainPosition = pp / (pp + variance);
  const gainVelocity = pv / (pp + variance);
  state[at] = (state[at] as number) + gainPosition * innovation;
  state[at + VELOCITY] = (state[at + VELOCITY] as number) + gainVelocity * innovation;
  state[at + PP] = (1 - gainPosition) * pp;
  state[at + PV] = (1 - gainPosition) * pv;
  state[at + VV] = (state[at + VV] as number) - gainVelocity * pv;
}

/** A box and a velocity (px/s, of the bottom centre) that are filled again for each frame. */
export interface Filled {
  readonly box: { x1: number; y1: number; x2: number; y2: number };
  readonly velocity: { x: number; y: number };
}

/** Writes where the box is and how it moves. */
export function fill({ box, velocity }: Filled, state: BoxState): void {
  const x = state[X] as number;
  const y2 = state[Y] as number;
  const half = (state[WIDTH] as number) / 2;
  box.x1 = x - half;
  box.y1 = y2 - (state[HEIGHT] as number);
  box.x2 = x + half;
  box.y2 = y2;
  velocity.x = state[X + VELOCITY] as number;
  velocity.y = state[Y + VELOCITY] as number;
}

/** Squared Mahalanobis distance of a box's bottom centre from the predicted one. */
export function distanceSquared(state: BoxState, x: number, y: number, jitterPx: number): number {
  const variance = jitterPx ** 2;
  const dx = x - (state[0] as number);
  const dy = y - (state[STRIDE] as number);
  return dx ** 2 / ((state[PP] as number) + variance) + dy ** 2 / ((state[STRIDE + PP] as number) + variance);
}
