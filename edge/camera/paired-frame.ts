// A substream's frame together with the main stream's full-size picture of the same instant.
import type { Frame, FrameTime, FullPicture, SmallPicture } from "./frame.ts";

/** Holds both frames, for as long as anybody holds it. */
export class PairedFrame implements Frame {
  readonly time: FrameTime;
  readonly small: readonly SmallPicture[];
  readonly full?: FullPicture;
  readonly fullTime: FrameTime;
  readonly #frames: readonly [Frame, Frame];

  /** Takes the references that the caller holds to both. */
  constructor(sub: Frame, main: Frame) {
    this.time = sub.time;
    this.small = sub.small;
    if (main.full !== undefined) this.full = main.full;
    this.fullTime = main.time;
    this.#frames = [sub, main];
  }

  retain(): void {
    for (const frame of this.#frames) frame.retain();
  }

  release(): void {
    for (const frame of this.#frames) frame.release();
  }
}
