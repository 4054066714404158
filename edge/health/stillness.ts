// Tells a frozen picture from a quiet scene: even an empty street trembles a little in every camera.
import { POINTS } from "./features.ts";
import type { Sample } from "./sample.ts";

/** Mean grey difference below which two samples are the same picture; the quietest untouched clip has 0.6. */
const SAME_BELOW = 0.05;
/** A picture that stands so long is frozen, ms. Lowering it finds a stuck encoder sooner. */
const FROZEN_MS = 10_000;
/** How much longer than any standstill that ended by itself (a drawn scene, a denoiser) the next one must last. */
const BEYOND_KNOWN = 3;

/** Keeps the last sample, and how long it has stood. */
export class Stillness {
  #last: Sample | undefined;
  #sinceMs = 0;
  #longestMs = 0;

  /** Whether the picture is frozen as of this sample. */
  step(tMs: number, sample: Sample): boolean {
    const last = this.#last;
    if (last === undefined || !same(last, sample)) {
      const stoodMs = tMs - this.#sinceMs;
      if (last !== undefined && stoodMs < FROZEN_MS * BEYOND_KNOWN)
        this.#longestMs = Math.max(this.#longestMs, this.#stood(stoodMs));
      this.#last = sample;
      this.#sinceMs = tMs;
      return false;
    }
    return tMs - this.#sinceMs >= Math.max(FROZEN_MS, BEYOND_KNOWN * this.#longestMs);
  }

  /** Two samples a second or two apart that differ are no standstill. */
  #stood(ms: number): number {
    return ms < FROZEN_MS / BEYOND_KNOWN ? 0 : ms;
  }
}

function same(a: Sample, b: Sample): boolean {
  let difference = 0;
  for (let at = 0; at < a.length; at++) difference += Math.abs((a[at] as number) - (b[at] as number));
  return difference / POINTS < SAME_BELOW;
}
