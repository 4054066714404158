// What is wrong with one sample of a picture, beside the background of its scene.
import { farShift, nearShift, scoreInPlace, steadyPoints } from "./alignment.ts";
import type { Features } from "./features.ts";
import type { HealthKind } from "./kind.ts";
import { type Reference, sharpnessOf } from "./reference.ts";

/**
 * Thresholds, measured on nine clips of streets, squares, rooms and faces (`ngatu eval camera-health`). In brackets:
 * worst lasting value of an untouched clip, then of a degraded one.
 */
const LIMITS = {
  /** Grey level that 95 of 100 points stay below [71, 16]: raising it calls badly lit nights dark. */
  darkLight: 24,
  /** Overexposed share beyond the background's own [0.01, 0.4]: lowering it reports a low sun sooner. */
  glareWhite: 0.25,
  /** Share of the cells with detail that have lost most of it [0.12, 0.6]. */
  coveredLoss: 0.5,
  /** Likeness of light and shade to the background: a cover takes it away, blur leaves it [0.8, 0.1]. */
  coveredLikeness: 0.5,
  /** Fine over coarse detail, beside the background's [0.86, 0.5]: raising it reports slighter blur. */
  blurredSharpness: 0.65,
  /** Share of steady edges still in their place [0.66, 0.1]: raising it reports smaller turns. */
  movedScore: 0.35,
  /** Share of them found again at one other place: then the turn is certain. */
  turnedScore: 0.5,
  /** So many in place that no other need be looked for. */
  inPlaceScore: 0.6,
  /** Soft, wide edges lie on each other wherever they are [0.44 in place, 0.94 at the other]: by so much more there. */
  turnedMore: 0.3,
} as const;
/** A cell whose neighbours differ by less than this many grey levels has no detail to lose. */
const CELL_DETAIL = 3;
/** What is left of a lost cell's detail at most. */
const CELL_LEFT = 0.35;

/** `certain`: how the view turned is known too, as shares of the picture's width and height. */
export interface Verdict {
  readonly kind: Exclude<HealthKind, "frozen">;
  readonly certain: boolean;
  readonly turned?: { readonly dx: number; readonly dy: number };
}

/** Undefined: nothing is wrong as far as this sample shows. Before the background is known only darkness shows. */
export function judgeSample(features: Features, reference: Reference): Verdict | undefined {
  if (features.light < LIMITS.darkLight) return { kind: "dark", certain: true };
  if (!reference.known) return undefined;
  if (features.white - reference.white > LIMITS.glareWhite) return { kind: "glare", certain: true };
  const likeness = correlation(features.cellLight, reference.cellLight);
  if (lossOf(features, reference) > LIMITS.coveredLoss && likeness < LIMITS.coveredLikeness)
    return { kind: "covered", certain: true };
  if (
    sharpnessOf(features) < LIMITS.blurredSharpness * reference.sharpness &&
    likeness >= LIMITS.coveredLikeness
  )
    return { kind: "blurred", certain: true };
  return movedVerdict(features, reference);
}

function movedVerdict(features: Features, reference: Reference): Verdict | undefined {
  const points = steadyPoints(reference);
  if (points.length === 0) return undefined;
  if (scoreInPlace(reference, points, features) >= LIMITS.inPlaceScore) return undefined;
  const near = nearShift(reference, points, features);
  if (near.score >= LIMITS.inPlaceScore) return undefined;
  const { score, dx, dy } = farShift(reference, points, features);
  const gone = near.score < LIMITS.movedScore;
  if (!gone && score < Math.max(LIMITS.turnedScore, near.score + LIMITS.turnedMore)) return undefined;
  if (score < LIMITS.turnedScore) return { kind: "moved", certain: false };
  return { kind: "moved", certain: true, turned: { dx, dy } };
}

/** Share of the background's cells with detail that have lost it; 0 where there is none. */
function lossOf(features: Features, reference: Reference): number {
  let detailed = 0;
  let lost = 0;
  reference.cellDetail.forEach((before, cell) => {
    if (before < CELL_DETAIL) return;
    detailed++;
    if ((features.cellDetail[cell] as number) < CELL_LEFT * before) lost++;
  });
  return detailed === 0 ? 0 : lost / detailed;
}

/** Pearson's correlation of two rows of equal length; 0 where one of them is flat. */
function correlation(a: Float32Array, b: Float32Array): number {
  const meanA = a.reduce((sum, value) => sum + value, 0) / a.length;
  const meanB = b.reduce((sum, value) => sum + value, 0) / b.length;
  let together = 0;
  let spreadA = 0;
  let spreadB = 0;
  a.forEach((value, at) => {
    const offA = value - meanA;
    const offB = (b[at] as number) - meanB;
    together += offA * offB;
    spreadA += offA * offA;
    spreadB += offB * offB;
  });
  return spreadA === 0 || spreadB === 0 ? 0 : together / Math.sqrt(spreadA * spreadB);
}
