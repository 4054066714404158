// Looks for pixels of known faces in any bytes: pieces of picture rows as the camera's thread held them, uncompressed.

/** Length of a piece. So many bytes of a face's row come nowhere else by chance, where they differ enough. */
export const PIECE_BYTES = 24;
const MIN_DIFFERENT = 10;

/** Whether a piece can be told from flat areas and gradients. */
export function isTelling(piece: Uint8Array): boolean {
  return piece.length === PIECE_BYTES && new Set(piece).size >= MIN_DIFFERENT;
}

/** Finds any of the pieces, at any byte. */
export class PixelScan {
  /** Pieces by their first four bytes. */
  readonly #pieces = new Map<number, Uint8Array[]>();
  /** Which low halves of these four bytes occur: most places are passed over by this alone. */
  readonly #filter = new Uint8Array(65_536);

  constructor(pieces: readonly Uint8Array[]) {
    for (const piece of pieces) {
      const first = wordAt(piece, 0);
      const same = this.#pieces.get(first);
      if (same === undefined) this.#pieces.set(first, [piece]);
      else same.push(piece);
      this.#filter[first & 0xffff] = 1;
    }
  }

  /** Offsets at which a piece lies. */
  scan(bytes: Uint8Array): number[] {
    const hits: number[] = [];
    if (this.#pieces.size === 0) return hits;
    for (let at = 0; at + PIECE_BYTES <= bytes.length; at++) {
      const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
      if (this.#filter[low] === 0) continue;
      const found = this.#pieces.get(wordAt(bytes, at));
      if (found?.some((piece) => piece.every((value, index) => value === bytes[at + index])) === true) {
        hits.push(at);
        at += PIECE_BYTES - 1;
      }
    }
    return hits;
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}
