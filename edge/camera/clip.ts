// Cuts a span of media time out of the ring: the camera's own bytes, on the frames' clock, and what is missing.
import type { RingEntry } from "./ring.ts";

/** A playable MP4 file. */
export interface ClipPart {
  readonly bytes: Buffer;
  /** Media time (`tMs`) of the file's time 0: a frame of media time t stands at t − zeroMs in the file. */
  readonly zeroMs: number;
  /** Media time of its first picture and of its end. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Clip {
  /** In order; more than one only where the camera changed its encoding in between. */
  readonly parts: readonly ClipPart[];
  /** What the ring does not hold of the span asked for: before the ring began, while the camera was away. */
  readonly missing: readonly Span[];
}

/** Between two fragments of one run the stamps of a camera leave such gaps without a frame being lost, ms. */
const SAME_RUN_GAP_MS = 500;
/** From one run to the next every gap counts that is longer than a frame, ms. */
const FRAME_MS = 100;

/** An entry with its place in media time. */
interface Placed extends RingEntry, Span {
  readonly originMs: number;
}

/** Without re-encoding a clip begins at the key frame before `fromMs`, and it ends with a fragment, after `toMs`. */
export function cutClip(entries: readonly RingEntry[], { fromMs, toMs }: Span): Clip {
  const placed = decodable(entries.flatMap((entry) => place(entry) ?? []));
  const first = placed.findLastIndex((entry) => entry.fragment.key && entry.fromMs <= fromMs);
  const chosen = placed.slice(Math.max(0, first)).filter((entry) => entry.fromMs < toMs);
  const within = chosen.some((entry) => entry.toMs > fromMs) ? chosen : [];
  return { parts: joined(within).map(write), missing: gaps(within, { fromMs, toMs }) };
}

function place({ session, fragment }: RingEntry): Placed | undefined {
  const { originMs } = session;
  if (originMs === undefined) return undefined;
  const span = { fromMs: fragment.fromMs + originMs, toMs: fragment.toMs + originMs };
  return { session, fragment, originMs, ...span };
}

/** Without the fragments before a run's first key frame: a decoder could only show them as grey. */
function decodable(placed: readonly Placed[]): Placed[] {
  const started = new Set<RingEntry["session"]>();
  return placed.filter(({ session, fragment }) => {
    if (fragment.key) started.add(session);
    return started.has(session);
  });
}

function gaps(chosen: readonly Placed[], { fromMs, toMs }: Span): Span[] {
  const missing: Span[] = [];
  let reached = fromMs;
  for (const [index, entry] of chosen.entries()) {
    const sameRun = index > 0 && chosen[index - 1]?.session === entry.session;
    if (entry.fromMs - reached > (sameRun ? SAME_RUN_GAP_MS : FRAME_MS))
      missing.push({ fromMs: reached, toMs: entry.fromMs });
    reached = Math.max(reached, entry.toMs);
  }
  if (toMs - reached > FRAME_MS) missing.push({ fromMs: reached, toMs });
  return missing;
}

/** Runs with the same head make one file, if the camera went on with the same parameters and its time went on too. */
function joined(chosen: readonly Placed[]): Placed[][] {
  const parts: Placed[][] = [];
  for (const entry of chosen) {
    const part = parts.at(-1);
    const last = part?.at(-1);
    const sameRun = last?.session === entry.session;
    const goesOn =
      last !== undefined &&
      last.session.head.bytes.equals(entry.session.head.bytes) &&
      last.toMs <= entry.fromMs;
    if (part !== undefined && (sameRun || goesOn)) part.push(entry);
    else parts.push([entry]);
  }
  return parts;
}

function write(entries: readonly Placed[]): ClipPart {
  const [first] = entries;
  if (first === undefined) throw new RangeError("a clip of nothing");
  const { head } = first.session;
  const zeroMs = first.fragment.decodeMs + first.originMs;
  const fragments = entries.map(({ fragment, originMs }, index) => {
    const bytes = Buffer.from(fragment.bytes);
    const decodeMs = fragment.decodeMs + originMs - zeroMs;
    bytes.writeBigInt64BE(
      BigInt(Math.max(0, Math.round((decodeMs * head.timescale) / 1000))),
      fragment.decodeAt,
    );
    bytes.writeUInt32BE(index + 1, fragment.sequenceAt);
    return bytes;
  });
  const toMs = Math.max(...entries.map((entry) => entry.toMs));
  return { bytes: Buffer.concat([head.bytes, ...fragments]), zeroMs, fromMs: first.fromMs, toMs };
}
