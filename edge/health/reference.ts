// The background of a scene: where its edges run and how light and detailed it is, learned while all is well.
import { CELLS, type Features, POINTS } from "./features.ts";

/** Samples until the background is known: people and vehicles that pass have averaged out by then. */
export const LEARN_SAMPLES = 12;
/**
 * Samples over which the background is averaged from then on, so that it follows the sun. Raising it keeps a slow
 * turn of the camera from being learned away; lowering it follows faster changes of light.
 */
const MEMORY_SAMPLES = 300;

/** A mean over samples; edges that come and go with traffic average out, the ones of the place stay. */
export class Reference {
  samples = 0;
  light = 0;
  white = 0;
  /** Fine detail over coarse detail. */
  sharpness = 0;
  readonly cellDetail = new Float32Array(CELLS);
  readonly cellLight = new Float32Array(CELLS);
  readonly edgeX = new Float32Array(POINTS);
  readonly edgeY = new Float32Array(POINTS);

  get known(): boolean {
    return this.samples >= LEARN_SAMPLES;
  }

  /** Takes a healthy sample into the mean. */
  learn(features: Features): void {
    this.samples++;
    const share = 1 / Math.min(this.samples, MEMORY_SAMPLES);
    const towards = (mean: number, now: number): number => mean + (now - mean) * share;
    this.light = towards(this.light, features.light);
    this.white = towards(this.white, features.white);
    this.sharpness = towards(this.sharpness, sharpnessOf(features));
    follow(this.cellDetail, features.cellDetail, share);
    follow(this.cellLight, features.cellLight, share);
    follow(this.edgeX, features.edgeX, share);
    follow(this.edgeY, features.edgeY, share);
  }
}

/** Bends between neighbours over differences between blocks: falls when a picture blurs, stays when it only pales. */
export function sharpnessOf({ fine, coarse }: Features): number {
  return coarse === 0 ? 0 : fine / coarse;
}

function follow(mean: Float32Array, now: ArrayLike<number>, share: number): void {
  for (let at = 0; at < mean.length; at++) {
    const before = mean[at] as number;
    mean[at] = before + ((now[at] as number) - before) * share;
  }
}
