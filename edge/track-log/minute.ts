// One minute of tracks in few bytes: boxes as differences, column by column, brotli over all of it. No pictures, no plates.
import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";
import Type, { type Static } from "typebox";
import { Compile } from "typebox/compile";
import { CLASSES, type ClassName } from "../../contract/common.ts";
import { createByteReader, createByteWriter } from "./varint.ts";

const Head = Type.Object({
  form: Type.Literal(1),
  camera: Type.String(),
  scene_hash: Type.String(),
  /** States of the signals from the frame of that index on. */
  signals: Type.Array(
    Type.Object({ frame: Type.Integer(), states: Type.Record(Type.String(), Type.String()) }),
  ),
  raised: Type.Array(
    Type.Object({
      type: Type.String(),
      rule: Type.String(),
      at_ms: Type.Number(),
      track: Type.Optional(Type.Integer()),
    }),
  ),
});
type Head = Static<typeof Head>;
const head = Compile(Head);

export type RaisedBefore = Head["raised"][number];
export type SignalChange = Head["signals"][number];

/** A box that a detection gave a track in a frame: left, top, right, bottom, whole pixels of the scene's picture. */
export interface LoggedBox {
  readonly track: number;
  readonly class: ClassName;
  readonly box: readonly [number, number, number, number];
}

export interface LoggedFrame {
  /** Capture time, whole ms since 1970 UTC; never before the frame in front. */
  readonly captureMs: number;
  readonly boxes: readonly LoggedBox[];
}

export interface TrackMinute {
  readonly camera: string;
  readonly sceneHash: string;
  readonly frames: readonly LoggedFrame[];
  readonly signals: readonly SignalChange[];
  /** What the rules raised in this minute, to compare with. */
  readonly raised: readonly RaisedBefore[];
}

/** A file that is no minute of tracks, or one of another form. */
export class TrackLogError extends Error {
  override readonly name = "TrackLogError";
}

/** Higher levels save a twentieth and cost ten times the time. */
const QUALITY = 6;
/** More than any minute holds: a file that would unpack to more is none of ours. */
const MAX_UNPACKED = 16 * 1024 * 1024;
const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** Resolves with the minute's bytes; the work runs off the main thread. */
export async function packMinute(minute: TrackMinute): Promise<Buffer> {
  const writer = createByteWriter();
  const { camera, sceneHash, signals, raised, frames } = minute;
  const text = Buffer.from(
    JSON.stringify({
      form: 1,
      camera,
      scene_hash: sceneHash,
      signals: [...signals],
      raised: [...raised],
    } satisfies Head),
  );
  writer.unsigned(text.length);
  writer.bytes(text);
  writer.unsigned(frames.length);
  writer.unsigned(frames[0]?.captureMs ?? 0);
  for (let i = 1; i < frames.length; i++)
    writer.unsigned((frames[i]?.captureMs ?? 0) - (frames[i - 1]?.captureMs ?? 0));
  const tracks = byTrack(frames);
  writer.unsigned(tracks.size);
  for (const [id, seen] of tracks) {
    writer.unsigned(id);
    writer.unsigned(seen.length);
    let before = 0;
    for (const { frame } of seen) {
      writer.unsigned(frame - before);
      before = frame;
    }
    for (const { class: name } of seen) writer.unsigned(CLASSES.indexOf(name));
    for (const side of [0, 1, 2, 3] as const) {
      let last = 0;
      for (const { box } of seen) {
        writer.signed(box[side] - last);
        last = box[side];
      }
    }
  }
  return await compress(writer.take(), { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } });
}

/** Rejects with {@link TrackLogError} where the bytes are not a minute's. */
export async function unpackMinute(packed: Uint8Array): Promise<TrackMinute> {
  try {
    return read(await decompress(packed, { maxOutputLength: MAX_UNPACKED }));
  } catch (cause) {
    throw new TrackLogError("this is no minute of tracks", { cause });
  }
}

function read(bytes: Buffer): TrackMinute {
  const reader = createByteReader(bytes);
  const facts: unknown = JSON.parse(reader.bytes(reader.unsigned()).toString("utf8"));
  if (!head.Check(facts)) throw new TrackLogError("its head is of another form");
  const frames: { captureMs: number; boxes: LoggedBox[] }[] = [];
  const count = reader.unsigned();
  for (let i = 0, captureMs = reader.unsigned(); i < count; i++) {
    if (i > 0) captureMs += reader.unsigned();
    frames.push({ captureMs, boxes: [] });
  }
  for (let tracks = reader.unsigned(); tracks > 0; tracks--) {
    const track = reader.unsigned();
    const seen = reader.unsigned();
    const at: number[] = [];
    for (let i = 0, frame = 0; i < seen; i++) at.push((frame += reader.unsigned()));
    const classes = at.map(() => CLASSES[reader.unsigned()]);
    const sides = [0, 1, 2, 3].map(() => {
      let value = 0;
      return at.map(() => (value += reader.signed()));
    });
    at.forEach((frame, i) => {
      const [name, x1, y1, x2, y2] = [classes[i], ...sides.map((side) => side[i])] as [
        ClassName | undefined,
        ...number[],
      ];
      const boxes = frames[frame]?.boxes;
      if (name === undefined || boxes === undefined) throw new TrackLogError("a box stands in no frame");
      boxes.push({ track, class: name, box: [x1 as number, y1 as number, x2 as number, y2 as number] });
    });
  }
  const { camera, scene_hash: sceneHash, signals, raised } = facts;
  return { camera, sceneHash, frames, signals, raised };
}

function byTrack(frames: readonly LoggedFrame[]): Map<number, (LoggedBox & { readonly frame: number })[]> {
  const tracks = new Map<number, (LoggedBox & { readonly frame: number })[]>();
  frames.forEach(({ boxes }, frame) => {
    for (const box of boxes) {
      const seen = tracks.get(box.track) ?? [];
      tracks.set(box.track, seen);
      seen.push({ ...box, frame });
    }
  });
  return tracks;
}
