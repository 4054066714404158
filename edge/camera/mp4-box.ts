// The boxes of an MP4 file (ISO/IEC 14496-12, 4.2): each a length, four letters and a content.

/** The bytes are not what an MP4 muxer writes. */
export class Mp4Damage extends Error {
  override readonly name = "Mp4Damage";
}

export interface Mp4Box {
  readonly type: string;
  /** Where the content begins and ends in the buffer given. */
  readonly from: number;
  readonly to: number;
}

export const BOX_HEADER_BYTES = 8;

/** The boxes between two places of a buffer. @throws {Mp4Damage} when one reaches beyond the end. */
export function* boxesIn(bytes: Buffer, from = 0, to = bytes.length): Generator<Mp4Box> {
  let at = from;
  while (at + BOX_HEADER_BYTES <= to) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + BOX_HEADER_BYTES);
    if (length < BOX_HEADER_BYTES || at + length > to)
      throw new Mp4Damage(`a box ${type} of ${length} bytes`);
    yield { type, from: at + BOX_HEADER_BYTES, to: at + length };
    at += length;
  }
}

/** The first box at the end of `path`, from the outside in. */
export function findBox(bytes: Buffer, path: readonly string[]): Mp4Box | undefined {
  let box: Mp4Box | undefined = { type: "", from: 0, to: bytes.length };
  for (const type of path) {
    if (box === undefined) return undefined;
    const { from, to }: Mp4Box = box;
    box = [...boxesIn(bytes, from, to)].find((inner) => inner.type === type);
  }
  return box;
}
