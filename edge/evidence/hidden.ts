// What of a moment of film must not be seen: heads, and plates of vehicles that the case is not about.
import type { ClassName } from "../../contract/common.ts";
import { type Box, iou } from "../geometry/box.ts";
import { headsOf } from "../preview/heads.ts";
import { framesAround, type Seen, type Sightings } from "./sighting-log.ts";

export interface Hidden {
  /** Nobody looked at this moment: everything is hidden. */
  readonly all: boolean;
  /** Plates of others, in pixels of the scene's picture; the subject's own box comes off these. */
  readonly plates: readonly Box[];
  /** The vehicle that the case is about; absent: nowhere in this moment. */
  readonly subject: Box | undefined;
  /** Heads of everybody, the subject's riders too. */
  readonly heads: readonly Box[];
}

const VEHICLES: ReadonlySet<ClassName> = new Set(["car", "bus", "truck", "motorcycle"]);
/** From here down a vehicle's box holds its plates, front or rear, a lorry's too. */
const PLATE_FROM = 0.35;
/** A box grows on each side by this share of its size: it is where something was, give or take a frame. */
const GROW = 0.15;
/** Between two analysed frames that lie further apart nobody can vouch for what is in the picture, ms. */
const BLIND_MS = 1_500;
/** A detection that overlaps the subject's track so much is the subject. */
const SAME_IOU = 0.5;

/** Everything that may show in the film between two media times; `frames` are the analysed ones around it. */
export function hiddenBetween(
  frames: readonly Sightings[],
  fromMs: number,
  toMs: number,
  subjectId: number | undefined,
): Hidden {
  const around = framesAround(frames, fromMs, toMs);
  const seen = around.flatMap((frame) => frame.seen);
  const moved = [...between(around, fromMs), ...between(around, toMs)];
  const subjects = [...moved, ...seen].filter(({ id }) => id !== undefined && id === subjectId);
  const others = [...seen, ...moved].filter(
    (one) => one.id !== subjectId && !subjects.some(({ box }) => iou(box, one.box) > SAME_IOU),
  );
  return {
    all: !vouched(around, fromMs, toMs),
    plates: others.filter(({ class: name }) => VEHICLES.has(name)).map(({ box }) => grown(lower(box))),
    subject: hull(subjects.map(({ box }) => box)),
    heads: headsOf([...seen, ...moved]),
  };
}

/** Nobody looked, or too seldom, at what the span shows. */
function vouched(around: readonly Sightings[], fromMs: number, toMs: number): boolean {
  const [first, last] = [around[0], around.at(-1)];
  if (first === undefined || last === undefined || first.tMs > fromMs || last.tMs < toMs) return false;
  return around.every((frame, index) => frame.tMs - (around[index - 1]?.tMs ?? frame.tMs) <= BLIND_MS);
}

/** Where each followed one was at a time, on a straight way from one analysed frame to the next. */
function between(frames: readonly Sightings[], tMs: number): Seen[] {
  const at = frames.findLastIndex((frame) => frame.tMs <= tMs);
  const [before, after] = [frames[at], frames[at + 1]];
  if (before === undefined || after === undefined) return [];
  const share = (tMs - before.tMs) / (after.tMs - before.tMs);
  const later = new Map(after.seen.flatMap((one) => (one.id === undefined ? [] : [[one.id, one.box]])));
  return before.seen.flatMap((one) => {
    const end = one.id === undefined ? undefined : later.get(one.id);
    return end === undefined ? [] : [{ ...one, box: mixed(one.box, end, share) }];
  });
}

function mixed(a: Box, b: Box, share: number): Box {
  const mix = (from: number, to: number): number => from + (to - from) * share;
  return { x1: mix(a.x1, b.x1), y1: mix(a.y1, b.y1), x2: mix(a.x2, b.x2), y2: mix(a.y2, b.y2) };
}

function lower(box: Box): Box {
  return { ...box, y1: box.y1 + (box.y2 - box.y1) * PLATE_FROM };
}

function grown({ x1, y1, x2, y2 }: Box): Box {
  const [x, y] = [(x2 - x1) * GROW, (y2 - y1) * GROW];
  return { x1: x1 - x, y1: y1 - y, x2: x2 + x, y2: y2 + y };
}

function hull(boxes: readonly Box[]): Box | undefined {
  return boxes.reduce<Box | undefined>(
    (all, box) =>
      all === undefined
        ? box
        : {
            ...{ x1: Math.min(all.x1, box.x1), y1: Math.min(all.y1, box.y1) },
            ...{ x2: Math.max(all.x2, box.x2), y2: Math.max(all.y2, box.y2) },
          },
    undefined,
  );
}
