// Says which frames need the detector, and whether the camera may rest: only where nobody is followed and nothing changes.
import type { SmallPicture } from "../camera/frame.ts";
import { PictureChange } from "./picture-change.ts";

/** An unchanged scene is looked at by the detector this often all the same, ms of media time. */
const LOOK_EVERY_MS = 4_000;
/** Nothing must have happened for so long before the camera rests, ms: longer than a track is remembered. */
const REST_AFTER_MS = 2_500;

export class ActivityGate {
  readonly #change = new PictureChange();
  #changed = true;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #activeMs: number | undefined;
  #resting = false;

  get resting(): boolean {
    return this.#resting;
  }

  /**
   * Whether this frame must be analysed. `quiet`: nobody is followed, not even tentatively; else every frame is, so
   * that a track is never left to guesses.
   */
  wants(tMs: number, picture: SmallPicture, quiet: boolean): boolean {
    this.#activeMs ??= tMs;
    this.#changed = this.#change.differs(picture);
    return !quiet || this.#changed || tMs - this.#lookedMs >= LOOK_EVERY_MS || tMs < this.#lookedMs;
  }

  /**
   * What came of the frame that {@link wants} was asked about last. `settled`: whoever looks after the picture itself
   * needs no more frames than a camera at rest gives.
   */
  saw(tMs: number, analysed: boolean, quiet: boolean, settled: boolean): void {
    if (analysed) this.#lookedMs = tMs;
    // Where the detector finds nobody, whatever has changed belongs to the scene from now on.
    if (analysed && quiet) this.#change.keep();
    if (!quiet || this.#changed) this.#activeMs = tMs;
    this.#resting = settled && tMs - (this.#activeMs ?? tMs) >= REST_AFTER_MS;
  }
}
