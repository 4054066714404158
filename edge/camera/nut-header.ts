// The headers of a NUT stream: frame-code table, time bases and the picture's size (NUT specification, "main header", "stream header").
import { NutBytes, NutDamage } from "./nut-bytes.ts";

/** Flags of a frame code, as numbered by the specification. */
export const FRAME_FLAG = {
  codedPts: 8,
  streamId: 16,
  sizeMsb: 32,
  checksum: 64,
  reserved: 128,
  sideData: 256,
  headerIndex: 1024,
  matchTime: 2048,
  coded: 4096,
  invalid: 8192,
} as const;

/** What one of the 256 frame codes stands for. */
export interface FrameCode {
  readonly flags: number;
  readonly stream: number;
  readonly sizeMultiplier: number;
  readonly sizeLsb: number;
  readonly ptsDelta: number;
  readonly reserved: number;
  readonly headerIndex: number;
}

export interface TimeBase {
  readonly num: number;
  readonly den: number;
}

export interface MainHeader {
  /** Bytes between start codes, at most; a frame of more than twice as many has a checksum. */
  readonly maxDistance: number;
  readonly timeBases: readonly TimeBase[];
  readonly codes: readonly FrameCode[];
  /** Bytes that were taken off the beginning of frames, by index; 0 is empty. */
  readonly elided: readonly Uint8Array[];
}

export interface StreamHeader {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  readonly timeBase: TimeBase;
  readonly msbPtsShift: number;
  /** A frame whose time stamp is further from the last one has a checksum. */
  readonly maxPtsDistance: number;
}

const INVALID: FrameCode = {
  flags: FRAME_FLAG.invalid,
  stream: 0,
  sizeMultiplier: 0,
  sizeLsb: 0,
  ptsDelta: 0,
  reserved: 0,
  headerIndex: 0,
};
/** The letter that begins every start code can't be a frame code. */
const START = 0x4e;

/** @param packet the packet's content, without its forward pointer and checksum. */
export function parseMainHeader(packet: Uint8Array): MainHeader {
  const bytes = new NutBytes(packet);
  const version = bytes.unsigned();
  if (version < 2 || version > 4) throw new NutDamage(`NUT version ${version} is unknown`);
  if (version > 3) bytes.unsigned();
  bytes.unsigned(); // streams
  const maxDistance = bytes.unsigned();
  const timeBases: TimeBase[] = [];
  for (let left = bytes.unsigned(); left > 0; left--) {
    const base = { num: bytes.unsigned(), den: bytes.unsigned() };
    if (base.num === 0 || base.den === 0) throw new NutDamage("a time base is 0");
    timeBases.push(base);
  }
  const codes = parseFrameCodes(bytes);
  const elided: Uint8Array[] = [new Uint8Array(0)];
  if (bytes.left > 0) for (let left = bytes.unsigned(); left > 0; left--) elided.push(bytes.block().slice());
  return { maxDistance, timeBases, codes, elided };
}

function parseFrameCodes(bytes: NutBytes): FrameCode[] {
  const codes: FrameCode[] = [];
  let ptsDelta = 0;
  let sizeMultiplier = 1;
  let stream = 0;
  let headerIndex = 0;
  while (codes.length < 256) {
    const flags = bytes.unsigned();
    const fields = bytes.unsigned();
    if (fields > 0) ptsDelta = bytes.signed();
    if (fields > 1) sizeMultiplier = bytes.unsigned();
    if (fields > 2) stream = bytes.unsigned();
    const sizeLsb = fields > 3 ? bytes.unsigned() : 0;
    const reserved = fields > 4 ? bytes.unsigned() : 0;
    let count = fields > 5 ? bytes.unsigned() : sizeMultiplier - sizeLsb;
    if (fields > 6) bytes.signed(); // match time delta
    if (fields > 7) headerIndex = bytes.unsigned();
    for (let extra = 8; extra < fields; extra++) bytes.unsigned();
    if (count <= 0) throw new NutDamage("the frame-code table does not end");
    for (let size = sizeLsb; count > 0 && codes.length < 256; ) {
      if (codes.length === START) {
        codes.push(INVALID);
        continue;
      }
      codes.push({ flags, stream, sizeMultiplier, sizeLsb: size, ptsDelta, reserved, headerIndex });
      size++;
      count--;
    }
  }
  return codes;
}

/** @param packet as for {@link parseMainHeader}; only video streams are expected. */
export function parseStreamHeader(packet: Uint8Array, main: MainHeader): StreamHeader {
  const bytes = new NutBytes(packet);
  const id = bytes.unsigned();
  if (bytes.unsigned() !== 0) throw new NutDamage("a stream is no video");
  bytes.block(); // four-character code
  const timeBase = main.timeBases[bytes.unsigned()];
  if (timeBase === undefined) throw new NutDamage("a stream names no time base");
  const msbPtsShift = bytes.unsigned();
  const maxPtsDistance = bytes.unsigned();
  bytes.unsigned(); // decode delay
  bytes.unsigned(); // stream flags
  bytes.block(); // codec data
  return { id, width: bytes.unsigned(), height: bytes.unsigned(), timeBase, msbPtsShift, maxPtsDistance };
}
