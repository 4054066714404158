// One fragment of the live MP4: a few seconds of undecoded video, with its place on the stream's own clock.
import { boxesIn, findBox, Mp4Damage } from "./mp4-box.ts";

/** What the fragments of one run have in common: the file's head, which holds the decoder's parameters. */
export interface FragmentHead {
  /** `ftyp` and `moov`. */
  readonly bytes: Buffer;
  /** Ticks a second of every time in the fragments. */
  readonly timescale: number;
  /** ffmpeg cuts this codec's RTP packets into pictures itself, see {@link Fragment.reference}. */
  readonly parsed: boolean;
}

/** Sample entries of H.264 and H.265. */
const PARSED = ["avc1", "avc3", "hev1", "hvc1"];

export interface Fragment {
  /** `moof` and `mdat`; the offsets inside are relative, so it may be moved. */
  readonly bytes: Buffer;
  /** Decode time of the first sample, ms, on the same clock as the frames' stamps; negative where pictures are reordered. */
  readonly decodeMs: number;
  /** Presentation time of the earliest picture and the end of the latest, ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** It begins with a key frame, so decoding may begin here. */
  readonly key: boolean;
  /**
   * `prft`: the camera's clock, ms since 1970, at a presentation time; ffmpeg's own clock while it has no report.
   * ffmpeg ends a picture of H.264 and H.265 when the next one's first packet comes, and gives it that packet's
   * clock: so for those it is the clock at the second sample (seen as an error of exactly one frame).
   */
  readonly reference: { readonly ntpMs: number; readonly ptsMs: number } | undefined;
  /** Where the decode time (8 bytes) and the sequence number (4 bytes) stand in `bytes`. */
  readonly decodeAt: number;
  readonly sequenceAt: number;
}

/** Of a sample's flags (14496-12, 8.8.3.1): decoding can't begin with it. */
const NOT_SYNC = 0x10000;
/** Of `tfhd`'s flags, 8.8.7.1. */
const TFHD = { baseOffset: 0x1, description: 0x2, duration: 0x8, size: 0x10, flags: 0x20 } as const;
/** Of `trun`'s flags, 8.8.8.1. */
const TRUN = {
  dataOffset: 0x1,
  firstFlags: 0x4,
  duration: 0x100,
  size: 0x200,
  flags: 0x400,
  compositionOffset: 0x800,
} as const;
/** More pictures than a fragment of some seconds can have: a number that means nothing. */
const MOST_SAMPLES = 100_000;
/** From NTP's origin, 1900, to 1970, s. */
const NTP_ORIGIN_S = 2_208_988_800;

/** @throws {Mp4Damage} */
export function parseHead(bytes: Buffer): FragmentHead {
  const header = findBox(bytes, ["moov", "trak", "mdia", "mdhd"]);
  if (header === undefined) throw new Mp4Damage("a file head without a track");
  const entries = findBox(bytes, ["moov", "trak", "mdia", "minf", "stbl", "stsd"]);
  if (entries === undefined) throw new Mp4Damage("a file head without a codec");
  const parsed = PARSED.includes(bytes.toString("latin1", entries.from + 12, entries.from + 16));
  const long = bytes.readUInt8(header.from) === 1;
  return { bytes, timescale: bytes.readUInt32BE(header.from + (long ? 20 : 12)), parsed };
}

/** @param prft content of the reference box before it, if any. @throws {Mp4Damage} */
export function parseFragment(bytes: Buffer, prft: Buffer | undefined, head: FragmentHead): Fragment {
  const { timescale } = head;
  const sequence = findBox(bytes, ["moof", "mfhd"]);
  const decode = findBox(bytes, ["moof", "traf", "tfdt"]);
  const track = findBox(bytes, ["moof", "traf"]);
  if (sequence === undefined || decode === undefined || track === undefined)
    throw new Mp4Damage("a fragment without its times");
  if (bytes.readUInt8(decode.from) !== 1) throw new Mp4Damage("a fragment with a short decode time");
  const decodeAt = decode.from + 4;
  const ms = (ticks: number): number => (ticks * 1000) / timescale;
  const decodeTicks = Number(bytes.readBigInt64BE(decodeAt));
  const samples = spanOf(bytes, track);
  return {
    bytes,
    decodeMs: ms(decodeTicks),
    fromMs: ms(decodeTicks + samples.from),
    toMs: ms(decodeTicks + samples.to),
    key: samples.key,
    reference:
      prft === undefined || samples.second === undefined
        ? undefined
        : parseReference(prft, timescale, head.parsed ? decodeTicks + samples.second : undefined),
    decodeAt,
    sequenceAt: sequence.from + 4,
  };
}

/** @param at the ticks that the clock belongs to, where they are not the box's own. */
function parseReference(prft: Buffer, timescale: number, at: number | undefined): Fragment["reference"] {
  const ntpMs = (prft.readUInt32BE(8) - NTP_ORIGIN_S + prft.readUInt32BE(12) / 2 ** 32) * 1000;
  const ticks = prft.readUInt8(0) === 1 ? Number(prft.readBigInt64BE(16)) : prft.readUInt32BE(16);
  return { ntpMs, ptsMs: ((at ?? ticks) * 1000) / timescale };
}

interface Defaults {
  readonly duration: number;
  readonly flags: number;
}

/** In ticks after the fragment's decode time. */
interface SampleSpan {
  from: number;
  to: number;
  key: boolean;
  /** Presentation time of the second sample, as decoded. */
  second: number | undefined;
}

/** Presentation span of a track fragment's samples in ticks after its decode time, and whether the first is a key frame. */
function spanOf(bytes: Buffer, track: { from: number; to: number }): SampleSpan {
  let defaults: Defaults = { duration: 0, flags: 0 };
  const span: SampleSpan = { from: Infinity, to: -Infinity, key: false, second: undefined };
  let decode = 0;
  for (const box of boxesIn(bytes, track.from, track.to)) {
    if (box.type === "tfhd") defaults = parseDefaults(bytes, box.from);
    if (box.type === "trun") decode = addRun(bytes, box.from, defaults, decode, span);
  }
  if (span.to < span.from) throw new Mp4Damage("a fragment without samples");
  return span;
}

function parseDefaults(bytes: Buffer, from: number): Defaults {
  const flags = bytes.readUInt32BE(from) & 0xffffff;
  let at = from + 8;
  if (flags & TFHD.baseOffset) at += 8;
  if (flags & TFHD.description) at += 4;
  const duration = flags & TFHD.duration ? bytes.readUInt32BE(at) : 0;
  if (flags & TFHD.duration) at += 4;
  if (flags & TFHD.size) at += 4;
  return { duration, flags: flags & TFHD.flags ? bytes.readUInt32BE(at) : 0 };
}

/** Takes one `trun` into the span; gives the decode time after it. */
function addRun(bytes: Buffer, from: number, defaults: Defaults, start: number, span: SampleSpan): number {
  const flags = bytes.readUInt32BE(from) & 0xffffff;
  const count = bytes.readUInt32BE(from + 4);
  if (count > MOST_SAMPLES) throw new Mp4Damage(`a fragment of ${count} pictures`);
  let at = from + 8;
  if (flags & TRUN.dataOffset) at += 4;
  const firstFlags = flags & TRUN.firstFlags ? bytes.readUInt32BE(at) : undefined;
  if (firstFlags !== undefined) at += 4;
  let decode = start;
  for (let index = 0; index < count; index++) {
    const duration = flags & TRUN.duration ? bytes.readUInt32BE(at) : defaults.duration;
    if (flags & TRUN.duration) at += 4;
    if (flags & TRUN.size) at += 4;
    const own = flags & TRUN.flags ? bytes.readUInt32BE(at) : defaults.flags;
    if (flags & TRUN.flags) at += 4;
    const offset = flags & TRUN.compositionOffset ? bytes.readInt32BE(at) : 0;
    if (flags & TRUN.compositionOffset) at += 4;
    if (span.to !== -Infinity) span.second ??= decode + offset;
    else span.key = ((firstFlags ?? own) & NOT_SYNC) === 0;
    span.from = Math.min(span.from, decode + offset);
    span.to = Math.max(span.to, decode + offset + duration);
    decode += duration;
  }
  return decode;
}
