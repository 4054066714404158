// Whole numbers in as few bytes as they need: seven bits a byte, least first; signed ones fold to 0, −1, 1, −2 …

export interface ByteWriter {
  /** 0 to 2^53 − 1. */
  unsigned(value: number): void;
  signed(value: number): void;
  bytes(value: Uint8Array): void;
  take(): Buffer;
}

export function createByteWriter(): ByteWriter {
  let buffer = Buffer.allocUnsafe(16_384);
  let length = 0;
  const reserve = (more: number): void => {
    if (length + more <= buffer.length) return;
    const larger = Buffer.allocUnsafe((length + more) * 2);
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  };
  const unsigned = (value: number): void => {
    reserve(8);
    // Division, not shifts: capture times exceed 32 bits.
    for (; value >= 128; value = Math.floor(value / 128)) buffer[length++] = (value % 128) | 128;
    buffer[length++] = value;
  };
  return {
    unsigned,
    signed: (value) => unsigned(value < 0 ? -2 * value - 1 : 2 * value),
    bytes(value) {
      reserve(value.length);
      buffer.set(value, length);
      length += value.length;
    },
    take: () => buffer.subarray(0, length),
  };
}

export interface ByteReader {
  unsigned(): number;
  signed(): number;
  bytes(count: number): Buffer;
}

/** Reading past the end throws RangeError. */
export function createByteReader(buffer: Buffer): ByteReader {
  let at = 0;
  const unsigned = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = buffer.readUInt8(at++);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  return {
    unsigned,
    signed() {
      const folded = unsigned();
      return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
    },
    bytes(count) {
      if (at + count > buffer.length) throw new RangeError("the bytes end too early");
      at += count;
      return buffer.subarray(at - count, at);
    },
  };
}
