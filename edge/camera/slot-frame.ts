// A frame whose pictures live in a slot: counts its holders and gives the slot back when the last lets go.
import type { Frame, FrameTime, FullPicture, SmallPicture } from "./frame.ts";

export class SlotFrame implements Frame {
  readonly time: FrameTime;
  readonly small: readonly SmallPicture[];
  readonly full?: FullPicture;
  readonly #free: () => void;
  #holders = 1;

  constructor(
    time: FrameTime,
    pictures: { readonly small: readonly SmallPicture[]; readonly full: FullPicture | undefined },
    free: () => void,
  ) {
    this.time = time;
    this.small = pictures.small;
    if (pictures.full !== undefined) this.full = pictures.full;
    this.#free = free;
  }

  retain(): void {
    if (this.#holders === 0)
      throw new Error("a released frame can't be retained: its slot may hold another frame");
    this.#holders++;
  }

  release(): void {
    if (this.#holders === 0) throw new Error("a frame was released more often than it was retained");
    this.#holders--;
    if (this.#holders === 0) this.#free();
  }
}
