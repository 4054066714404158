// The packets of an MPEG transport stream as ffmpeg writes one (ISO/IEC 13818-1): where a picture begins, and when it is shown.

/** A stream is cut into packets of this size, and each begins with this byte (2.4.3.2). */
export const PACKET_BYTES = 188;
export const SYNC = 0x47;
/** The program identifier that ffmpeg gives to the first elementary stream. */
const VIDEO_PID = 0x100;

/** Whether a picture of the video begins in the packet at `at`; ffmpeg puts one into each PES packet. */
export function isPictureStart(bytes: Buffer, at: number): boolean {
  return isVideo(bytes, at) && (byte(bytes, at + 1) & 0x40) !== 0;
}

/**
 * Whether decoding may begin with the picture that begins here: the random access indicator of the adaptation field,
 * which ffmpeg also gives to pictures from which on a picture is refreshed bit by bit; those begin with an ordinary slice.
 */
export function isKey(bytes: Buffer, at: number): boolean {
  const marked = hasAdaptation(bytes, at) && byte(bytes, at + 4) > 0 && (byte(bytes, at + 5) & 0x40) !== 0;
  return marked && !showsOrdinarySlice(bytes, at);
}

/** The access unit delimiter of H.265, which ffmpeg puts before each picture, as it does that of H.264. */
const H265_DELIMITER = 0x46;

/** By the type of the first slice that begins in this packet (H.264, table 7-1; H.265, table 7-1); false without one. */
function showsOrdinarySlice(bytes: Buffer, at: number): boolean {
  let h265 = false;
  for (let code = pesAt(bytes, at); code + 3 < at + PACKET_BYTES; code++) {
    if (bytes.readUIntBE(code, 3) !== 1) continue;
    const unit = byte(bytes, code + 3);
    h265 ||= unit === H265_DELIMITER;
    const type = h265 ? (unit >> 1) & 0x3f : unit & 0x1f;
    if (h265 ? type < 32 : type >= 1 && type <= 5) return h265 ? type < 16 : type !== 5;
  }
  return false;
}

/** Presentation time of the PES packet that begins here, ms (2.4.3.7); undefined where it has none. */
export function presentationMs(bytes: Buffer, at: number): number | undefined {
  const pes = pesAt(bytes, at);
  if (pes + 14 > at + PACKET_BYTES || (byte(bytes, pes + 7) & 0x80) === 0) return undefined;
  const high = (byte(bytes, pes + 9) >> 1) & 0x07;
  const middle = bytes.readUInt16BE(pes + 10) >> 1;
  const low = bytes.readUInt16BE(pes + 12) >> 1;
  return (high * 2 ** 30 + middle * 2 ** 15 + low) / 90;
}

/**
 * Numbers the video's packets anew, in place: without a gap, modulo 16; those without payload repeat the number
 * (2.4.3.3). Takes the number of the packet before, gives the last one's.
 */
export function numberPackets(packets: Buffer, before: number): number {
  let number = before;
  for (let at = 0; at < packets.length; at += PACKET_BYTES) {
    if (!isVideo(packets, at)) continue;
    const control = byte(packets, at + 3);
    if ((control & 0x10) !== 0) number = (number + 1) % 16;
    packets[at + 3] = (control & 0xf0) | number;
  }
  return number;
}

function pesAt(bytes: Buffer, at: number): number {
  return at + 4 + (hasAdaptation(bytes, at) ? 1 + byte(bytes, at + 4) : 0);
}

function isVideo(bytes: Buffer, at: number): boolean {
  return (bytes.readUInt16BE(at + 1) & 0x1fff) === VIDEO_PID;
}

function hasAdaptation(bytes: Buffer, at: number): boolean {
  return (byte(bytes, at + 3) & 0x20) !== 0;
}

function byte(bytes: Buffer, at: number): number {
  return bytes[at] as number;
}
