// From the bodies of a moment to the line a detector would write: boxes, misses, false boxes, plates.
import type { ClassName } from "../../contract/common.ts";
import type { Body, Moment } from "./body.ts";
import { type Mast, silhouette } from "./mast.ts";
import type { NoiseModel } from "./noise.ts";
import type { Random } from "./random.ts";

type Edges = readonly [number, number, number, number];

/** One detection of a detections file. */
export interface DetectionLine {
  readonly box: Edges;
  readonly class: ClassName;
  readonly confidence: number;
  readonly id?: number;
}
export interface PlateLine {
  readonly box: Edges;
  readonly text: string;
  readonly confidence: number;
}
export interface FrameLine {
  readonly t_ms: number;
  readonly detections: readonly DetectionLine[];
  readonly plates?: readonly PlateLine[];
  readonly signals?: Readonly<Record<string, string>>;
}

/** Shorter boxes than this, of a 1080-line picture, are lost once it is scaled to a detector's usual input. */
const LEAST_HEIGHT_SHARE = 18 / 1080;
/** A hidden object is missed more often: this many times more at full cover, the mean over all kept. */
const COVER_WEIGHT = 4;
const PLATE_RANGE_M = 32;

interface Seen {
  readonly body: Body;
  readonly box: Edges;
  readonly depth: number;
}

/** A detector that watches one scene; it remembers whom it missed in the frame before. */
export function createObserver(mast: Mast, noise: NoiseModel, random: Random) {
  let missedBefore = new Set<number>();

  function observe(moment: Moment): FrameLine {
    const seen = visible(mast, moment.bodies);
    const weights = seen.map((each) => 1 + COVER_WEIGHT * covered(each, seen));
    const meanWeight = weights.reduce((sum, weight) => sum + weight, 0) / Math.max(1, weights.length);
    const missedNow = new Set<number>();
    const detections: DetectionLine[] = [];
    const plates: PlateLine[] = [];
    seen.forEach((each, index) => {
      const weight = (weights[index] ?? 1) / meanWeight;
      const chance = missChance(noise, missedBefore.has(each.body.id)) * weight;
      if (chance > 0 && random.chance(Math.min(0.95, chance))) {
        missedNow.add(each.body.id);
        return;
      }
      const box = clip(shake(each.box, noise, random), mast);
      if (box === undefined) return;
      const confidence = clamp(random.normal(0.86 - 0.06 * (weight - 1), 0.05), 0.3, 0.99);
      detections.push({ box, class: each.body.class, confidence: round(confidence, 3), id: each.body.id });
      const plate = readPlate(mast, each, noise, random);
      if (plate !== undefined) plates.push(plate);
    });
    for (let extra = random.count(noise.falseBoxes); extra > 0; extra--) {
      const ghost = falseBox(mast, random);
      if (ghost !== undefined) detections.push(ghost);
    }
    missedBefore = missedNow;
    return {
      t_ms: moment.tMs,
      detections,
      ...(plates.length === 0 ? {} : { plates }),
      ...(moment.signals === undefined ? {} : { signals: moment.signals }),
    };
  }
  return { observe };
}

/** Two states, seen and missed, whose long-run share of misses is `missed` and whose runs last as fitted. */
function missChance(noise: NoiseModel, missedLast: boolean): number {
  if (missedLast) return noise.missedAgain;
  return (noise.missed * (1 - noise.missedAgain)) / Math.max(1e-9, 1 - noise.missed);
}

function visible(mast: Mast, bodies: readonly Body[]): Seen[] {
  const { width, height } = mast.picture;
  const seen: Seen[] = [];
  for (const body of bodies) {
    const shape = silhouette(mast, body);
    if (shape === undefined) continue;
    const [left, top, right, bottom] = shape.box;
    const inX = Math.min(right, width) - Math.max(left, 0);
    const inY = Math.min(bottom, height) - Math.max(top, 0);
    if (bottom - top < LEAST_HEIGHT_SHARE * height) continue;
    // A detector finds an object once a third of it has come into the picture.
    if (inX < 0.33 * (right - left) || inY < 0.33 * (bottom - top)) continue;
    seen.push({ body, box: shape.box, depth: shape.depth });
  }
  return seen;
}

/** Share of a box that nearer bodies of other groups cover, taking their overlaps as independent. */
function covered(one: Seen, all: readonly Seen[]): number {
  const [left, top, right, bottom] = one.box;
  const size = (right - left) * (bottom - top);
  let open = 1;
  for (const other of all) {
    if (other.depth >= one.depth || other.body.group === one.body.group) continue;
    const width = Math.min(right, other.box[2]) - Math.max(left, other.box[0]);
    const height = Math.min(bottom, other.box[3]) - Math.max(top, other.box[1]);
    if (width > 0 && height > 0) open *= 1 - (width * height) / size;
  }
  return 1 - open;
}

function shake(box: Edges, noise: NoiseModel, random: Random): Edges {
  if (noise.jitterX === 0 && noise.jitterY === 0) return box;
  const [left, top, right, bottom] = box;
  const x = noise.jitterX * (right - left);
  const y = noise.jitterY * (bottom - top);
  return [random.normal(left, x), random.normal(top, y), random.normal(right, x), random.normal(bottom, y)];
}

function clip([left, top, right, bottom]: Edges, mast: Mast): Edges | undefined {
  const { width, height } = mast.picture;
  const box: Edges = [
    round(Math.max(0, left), 2),
    round(Math.max(0, top), 2),
    round(Math.min(width, right), 2),
    round(Math.min(height, bottom), 2),
  ];
  return box[2] - box[0] > 1 && box[3] - box[1] > 1 ? box : undefined;
}

function falseBox(mast: Mast, random: Random): DetectionLine | undefined {
  const { width, height } = mast.picture;
  const tall = random.between(20, 120);
  const wide = tall * random.between(0.4, 1.4);
  const left = random.between(0, width - wide);
  const top = random.between(height * 0.15, height - tall);
  const box = clip([left, top, left + wide, top + tall], mast);
  if (box === undefined) return undefined;
  const kind = random.pick<ClassName>(["motorcycle", "motorcycle", "person", "car"]);
  return { box, class: kind, confidence: round(random.between(0.3, 0.7), 3) };
}

function readPlate(mast: Mast, { body, box, depth }: Seen, noise: NoiseModel, random: Random) {
  if (body.plate === undefined || depth > PLATE_RANGE_M || !random.chance(0.6)) return undefined;
  const facesAway =
    Math.cos(body.heading) * (body.x - mast.x) + Math.sin(body.heading) * (body.y - mast.y) > 0;
  if (!facesAway) return undefined;
  const [left, , right, bottom] = box;
  const wide = (mast.focal * (body.class === "motorcycle" ? 0.19 : 0.4)) / depth;
  const middle = (left + right) / 2;
  const lower = bottom - (mast.focal * 0.45) / depth;
  const plateBox = clip([middle - wide / 2, lower - wide * 0.6, middle + wide / 2, lower], mast);
  if (plateBox === undefined) return undefined;
  const text = body.plate.replaceAll(/./g, (character) => {
    if (!random.chance(noise.plateErrors)) return character;
    return /\d/.test(character) ? String(random.integer(0, 9)) : random.pick(["B", "D", "H", "K"]);
  });
  const wrong = text !== body.plate;
  return {
    box: plateBox,
    text,
    confidence: round(random.between(wrong ? 0.4 : 0.8, wrong ? 0.85 : 0.99), 3),
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

export function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
