// Whether a picture differs from the one of an empty scene: mean light of small blocks, whatever the light as a whole does.
import type { SmallPicture } from "../camera/frame.ts";

/** Side of a block, pixels of the small picture, and the distance of the pixels that are looked at. */
const BLOCK = 8;
const STEP = 2;
/**
 * Grey levels by which a block must differ; raising it overlooks what is faint or fills a block in part, lowering it
 * wakes for noise. A pedestrian 50 m from a mast fills half a block and differs by 20 levels and more; a sensor's noise
 * leaves a block's mean within 1, key frames of a strained encoder within 4.
 */
const DIFFERENT = 7;
/** So many blocks at least: one alone is an encoder's artefact. */
const LEAST_BLOCKS = 2;

export class PictureChange {
  #now = new Float32Array(0);
  #empty = new Float32Array(0);
  #known = false;

  /** Takes the picture in. True where it differs from the empty scene, or none is known. */
  differs(picture: SmallPicture): boolean {
    const columns = Math.floor(picture.width / BLOCK);
    const rows = Math.floor(picture.height / BLOCK);
    if (this.#now.length !== columns * rows) {
      this.#now = new Float32Array(columns * rows);
      this.#empty = new Float32Array(columns * rows);
      this.#known = false;
    }
    for (let row = 0, block = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, block++) {
        this.#now[block] = lightOf(picture, column * BLOCK, row * BLOCK);
      }
    }
    return !this.#known || this.#differentBlocks() >= LEAST_BLOCKS;
  }

  /** The picture taken in last is one of the empty scene. */
  keep(): void {
    this.#empty.set(this.#now);
    this.#known = true;
  }

  /** What all blocks have in common is the light: a cloud, the camera's own exposure. */
  #differentBlocks(): number {
    let common = 0;
    for (let block = 0; block < this.#now.length; block++) common += this.#offset(block);
    common /= this.#now.length;
    let different = 0;
    for (let block = 0; block < this.#now.length; block++) {
      if (Math.abs(this.#offset(block) - common) > DIFFERENT) different++;
    }
    return different;
  }

  #offset(block: number): number {
    return (this.#now[block] as number) - (this.#empty[block] as number);
  }
}

/** Mean of a block's green, which carries most of the light. */
function lightOf({ width, pixels }: SmallPicture, left: number, top: number): number {
  let sum = 0;
  for (let y = top; y < top + BLOCK; y += STEP) {
    for (let x = left; x < left + BLOCK; x += STEP) sum += pixels[(y * width + x) * 3 + 1] as number;
  }
  return sum / (BLOCK / STEP) ** 2;
}
