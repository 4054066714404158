// How well the edges of a sample lie on those of the background, and by how much the view has turned if they don't.
import type { Features } from "./features.ts";
import type { Reference } from "./reference.ts";
import { SAMPLE } from "./sample.ts";

const { width, height } = SAMPLE;
/** Strength from which a mean edge belongs to the place: one that traffic hides most of the time still does. */
const STEADY = 24;
/** Fewer steady edge points tell nothing: an empty wall, fog. */
const FEWEST_POINTS = 150;
/** Points by which a mast that sways may shift the view: one and a half per cent of its width. */
const SWAY = 3;
/** Largest turn that is looked for, points: an eighth of the width. */
const REACH = { x: 24, y: 14 } as const;

export interface Shift {
  /** Share of the background's edges found again with their direction; about 1 unmoved, 0 by chance. */
  readonly score: number;
  /** In points of the sample, to the right and down. */
  readonly dx: number;
  readonly dy: number;
}

/** Positions of the background's steady edges, away from the border so that each may be looked for all around. */
export function steadyPoints(reference: Reference): Int32Array {
  const points: number[] = [];
  for (let y = REACH.y; y < height - REACH.y; y++) {
    for (let x = REACH.x; x < width - REACH.x; x++) {
      const at = y * width + x;
      if (strength(reference, at) >= STEADY * STEADY) points.push(at);
    }
  }
  return points.length < FEWEST_POINTS ? new Int32Array() : Int32Array.from(points);
}

/** The score without any shift: where it is good, as almost always, no other needs to be looked for. */
export function scoreInPlace(reference: Reference, points: Int32Array, features: Features): number {
  return scoreAt(reference, points, features, 0, 0);
}

/** The best of the shifts that sway alone explains. */
export function nearShift(reference: Reference, points: Int32Array, features: Features): Shift {
  return bestShift(reference, points, features, { x: SWAY, y: SWAY }, 1);
}

/** The best of all shifts within reach: every second one first, then those around the best. */
export function farShift(reference: Reference, points: Int32Array, features: Features): Shift {
  const rough = bestShift(reference, points, features, REACH, 2);
  let best = rough;
  for (let dy = rough.dy - 1; dy <= rough.dy + 1; dy++) {
    for (let dx = rough.dx - 1; dx <= rough.dx + 1; dx++) {
      if (Math.abs(dx) > REACH.x || Math.abs(dy) > REACH.y) continue;
      const score = scoreAt(reference, points, features, dx, dy);
      if (score > best.score) best = { score, dx, dy };
    }
  }
  return best;
}

function bestShift(
  reference: Reference,
  points: Int32Array,
  features: Features,
  reach: { readonly x: number; readonly y: number },
  step: number,
): Shift {
  let best: Shift = { score: Number.NEGATIVE_INFINITY, dx: 0, dy: 0 };
  for (let dy = -reach.y; dy <= reach.y; dy += step) {
    for (let dx = -reach.x; dx <= reach.x; dx += step) {
      const score = scoreAt(reference, points, features, dx, dy);
      if (score > best.score) best = { score, dx, dy };
    }
  }
  return best;
}

function scoreAt(
  reference: Reference,
  points: Int32Array,
  features: Features,
  dx: number,
  dy: number,
): number {
  const by = dy * width + dx;
  let together = 0;
  let whole = 0;
  for (const at of points) {
    const x = reference.edgeX[at] as number;
    const y = reference.edgeY[at] as number;
    together += x * (features.edgeX[at + by] as number) + y * (features.edgeY[at + by] as number);
    whole += x * x + y * y;
  }
  return whole === 0 ? 0 : together / whole;
}

function strength(reference: Reference, at: number): number {
  return (reference.edgeX[at] as number) ** 2 + (reference.edgeY[at] as number) ** 2;
}
