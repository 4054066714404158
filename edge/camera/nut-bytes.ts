// Primitive fields of the NUT container: variable-length numbers and the checksum.

/** Whole numbers are exact up to 2^53 − 1, far beyond any size or time stamp a camera sends. */
export class NutBytes {
  readonly #bytes: Uint8Array;
  #at: number;

  /** Reads `bytes` from index `at`. */
  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** @throws {NutShort} past the end. */
  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new NutShort("a field goes past the end of its packet");
    this.#at++;
    return value;
  }

  /** `v`: seven bits a byte, most significant first, the high bit set on all but the last byte. */
  unsigned(): number {
    let value = 0;
    for (;;) {
      const byte = this.byte();
      value = value * 128 + (byte & 0x7f);
      if (value > Number.MAX_SAFE_INTEGER) throw new NutDamage("a number is beyond 2^53");
      if (byte < 0x80) return value;
    }
  }

  /** `s`: 0, 1, −1, 2, −2 … */
  signed(): number {
    const coded = this.unsigned() + 1;
    return coded % 2 === 0 ? coded / 2 : (1 - coded) / 2;
  }

  uint32(): number {
    const high = this.byte() * 256 + this.byte();
    return (high * 256 + this.byte()) * 256 + this.byte();
  }

  /** `vb`: a length and as many bytes (a view, not a copy). */
  block(): Uint8Array {
    const length = this.unsigned();
    if (length > this.left) throw new NutShort("a block goes past the end of its packet");
    const block = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return block;
  }
}

/** The stream is not NUT here; the reader looks for the next start code. */
export class NutDamage extends Error {
  override readonly name: string = "NutDamage";
}

/** More bytes are needed than are there. */
export class NutShort extends NutDamage {
  override readonly name = "NutShort";
}

const crcTable = new Uint32Array(256).map((_, index) => {
  let crc = index << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

/** NUT's checksum: the CRC-32 polynomial 0x04C11DB7, not reflected, starting from 0, not inverted. */
export function nutCrc(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = 0;
  for (let i = from; i < to; i++) crc = (crc << 8) ^ (crcTable[(crc >>> 24) ^ (bytes[i] ?? 0)] ?? 0);
  return crc >>> 0;
}
