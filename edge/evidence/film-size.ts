// The size of the pictures in an MP4 file, from its head.
import { findBox, Mp4Damage } from "../camera/mp4-box.ts";

/** From the content of `stsd` to the width of its first entry (ISO/IEC 14496-12, 8.5.2 and 12.1.3). */
const WIDTH_AT = 8 + 8 + 8 + 16;

/** Pixels; undefined when the file names none, or is damaged. */
export function filmSize(bytes: Buffer): { readonly width: number; readonly height: number } | undefined {
  const entry = entryOf(bytes);
  if (entry === undefined || entry.from + WIDTH_AT + 4 > entry.to) return undefined;
  const width = bytes.readUInt16BE(entry.from + WIDTH_AT);
  const height = bytes.readUInt16BE(entry.from + WIDTH_AT + 2);
  return width > 0 && height > 0 ? { width, height } : undefined;
}

function entryOf(bytes: Buffer): ReturnType<typeof findBox> {
  try {
    return findBox(bytes, ["moov", "trak", "mdia", "minf", "stbl", "stsd"]);
  } catch (error) {
    if (!(error instanceof Mp4Damage)) throw error;
    return undefined;
  }
}
