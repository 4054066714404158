// What is known of a camera's picture, and the views of it in the slots' memory.
import { guessMatrix } from "./ffmpeg-log.ts";
import type { FullPicture } from "./frame.ts";
import { type SlotLayout, slotPictures } from "./slots.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Views are made once per run, not per frame. */
export class PictureMemory {
  #size: Size | undefined;
  #codec = "unknown";
  #matrix: FullPicture["matrix"] | undefined;
  #slots: { readonly layout: SlotLayout; readonly buffers: readonly SharedArrayBuffer[] } | undefined;
  #views: ReturnType<typeof slotPictures>[] = [];

  /** In square pixels; undefined until ffmpeg's log has told it, and with it no box can be carried back to it. */
  get size(): Size | undefined {
    return this.#size;
  }

  get codec(): string {
    return this.#codec;
  }

  /** A new run of ffmpeg: its stream may be another one. */
  forget(): void {
    this.#size = undefined;
    this.#matrix = undefined;
  }

  takeStream(codec: string, matrix: FullPicture["matrix"] | undefined): void {
    // ffmpeg describes its own outputs with the same words, after the size is known.
    if (this.#size !== undefined) return;
    this.#codec = codec;
    this.#matrix = matrix;
  }

  /** Takes the size in, unless the run had another one before: that one is returned and kept. */
  takeSize(size: Size): Size | undefined {
    if (this.#size !== undefined) {
      return this.#size.width === size.width && this.#size.height === size.height ? undefined : this.#size;
    }
    this.#size = size;
    this.#makeViews();
    return undefined;
  }

  takeSlots(layout: SlotLayout, buffers: readonly SharedArrayBuffer[]): void {
    this.#slots = { layout, buffers };
    this.#makeViews();
  }

  /** @throws {Error} for a slot that was never given memory. */
  at(slot: number): ReturnType<typeof slotPictures> {
    const views = this.#views[slot];
    if (views === undefined) throw new Error(`slot ${slot} has no memory`);
    return views;
  }

  #makeViews(): void {
    if (this.#slots === undefined || this.#size === undefined) return;
    const { layout, buffers } = this.#slots;
    const matrix = this.#matrix ?? guessMatrix(this.#size.height);
    this.#views = buffers.map((buffer) => slotPictures(buffer, layout, matrix));
  }
}
