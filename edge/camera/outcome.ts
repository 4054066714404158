// How one run of ffmpeg went, and whether the next one may follow at once.
import type { Cause } from "./cause.ts";
import type { RunExit } from "./run.ts";

export interface Outcome {
  readonly exit: RunExit;
  readonly frames: number;
  readonly ranMs: number;
  readonly cause: Cause;
}

/** Stamps that jumped in a shorter run are likely to jump again: not asked again at once, ms. */
const STEADY_MS = 5000;

/** Where the camera answers and only its stream became another one, nothing is gained by waiting. */
export function followsAtOnce({ cause, ranMs }: Outcome): boolean {
  return cause.code === "size-changed" || (cause.code === "time-jumped" && ranMs > STEADY_MS);
}
