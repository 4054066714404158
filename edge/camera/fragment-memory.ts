// Where a camera's fragments lie: blocks that are used again, and that the collector has nothing to do with.

/** Blocks are so many bytes or a multiple of it: fragments differ in size, and one block should fit most of them. */
const BLOCK_BYTES = 256 * 1024;
/** Blocks that nobody uses and that are kept all the same; further ones are left to the collector. */
const MOST_SPARE = 2;

/**
 * Blocks are shared memory, which V8 doesn't count: of counted memory, two megabytes a second (four cameras) start a whole
 * collection every four seconds, 0.2 s of processor time each.
 */
export class FragmentMemory {
  #spare: SharedArrayBuffer[] = [];

  /** Memory for `length` bytes, not cleared, the caller's own until {@link give}. */
  take(length: number): Buffer {
    const fit = this.#spare.findIndex(({ byteLength }) => byteLength >= length);
    const [spare] = fit < 0 ? [] : this.#spare.splice(fit, 1);
    const block = spare ?? new SharedArrayBuffer(Math.ceil(length / BLOCK_BYTES) * BLOCK_BYTES);
    return Buffer.from(block, 0, length);
  }

  /** Nobody looks at these bytes of {@link take} any more. */
  give(bytes: Buffer): void {
    this.#spare.push(bytes.buffer as SharedArrayBuffer);
    // The largest are kept: they fit most.
    this.#spare.sort((one, other) => one.byteLength - other.byteLength);
    if (this.#spare.length > MOST_SPARE) this.#spare.shift();
  }
}
