// Memory for the payloads of one batch, used again for another: what comes in all day must not become garbage all day.
import { RECORD_SEPARATOR } from "../store/write-batch.ts";

const USUAL_BYTES = 1024 * 1024;
/** A slab that one batch of large messages made larger than this is given back. */
const KEPT_BYTES = 4 * USUAL_BYTES;

export class Slab {
  #memory = Buffer.allocUnsafeSlow(USUAL_BYTES);
  #used = 0;

  /** All that is kept, in order, a record separator between two. */
  get together(): Buffer {
    return this.#memory.subarray(0, this.#used);
  }

  /** A copy of `payload`, valid until `clear`. */
  keep(payload: Buffer): Buffer {
    const needed = this.#used + 1 + payload.length;
    if (needed > this.#memory.length) {
      // Earlier copies stay valid in the old memory, which goes with them.
      const larger = Buffer.allocUnsafeSlow(2 * needed);
      this.together.copy(larger);
      this.#memory = larger;
    }
    if (this.#used > 0) this.#memory[this.#used++] = RECORD_SEPARATOR;
    const from = this.#used;
    this.#used += payload.copy(this.#memory, from);
    return this.#memory.subarray(from, this.#used);
  }

  /** Nobody may look at earlier copies any more. */
  clear(): void {
    this.#used = 0;
    if (this.#memory.length > KEPT_BYTES) this.#memory = Buffer.allocUnsafeSlow(USUAL_BYTES);
  }
}
