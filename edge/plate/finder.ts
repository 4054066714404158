// Finds plates inside the boxes of vehicles; what our reader reads nothing on is none.
import { openPlateDetector } from "../../models/plate-detector.ts";
import type { ReadyModel } from "../../models/ready-model.ts";
import { type Box, clip, iou } from "../geometry/box.ts";
import { editDistance } from "./edit-distance.ts";
import { type Cut, type RgbPicture, squareAround } from "./picture.ts";
import type { PlateReader } from "./reader.ts";

export interface FoundPlate {
  readonly box: Box;
  /** 0 to 1. */
  readonly score: number;
  /** Upper left corner first, clockwise, in pixels of the picture. */
  readonly corners: readonly (readonly [x: number, y: number])[];
}

export interface PlateFinder {
  /** Plates within any of the boxes (vehicles, or tiles), each once, best first. */
  find(picture: RgbPicture, regions: readonly Box[]): Promise<FoundPlate[]>;
  close(): Promise<void>;
}

/** Two finds that share more than this are one plate, seen in the boxes of two vehicles. */
const SAME_PLATE = 0.3;
/**
 * What two independent readers read alike in less than this share of its characters cannot be read as a plate at all:
 * its score counts so much less. Raising either finds more plates that are too small or blurred to be read, and more
 * wheels, façades and badges.
 */
const LEAST_ALIKE = 1 / 3;
const UNREAD = 0.8;
/** A find that comes so near to the edge of its cut, pixels, is cut there. */
const EDGE_PX = 2;

/** `threshold` absent: the model's own. */
export async function openPlateFinder(
  model: ReadyModel,
  reader: PlateReader,
  threshold?: number,
): Promise<PlateFinder> {
  const detector = await openPlateDetector(model, threshold);
  const doubtful = (model.entry.threshold?.value ?? 0) / UNREAD;

  /** What a find's score is multiplied by: how well it can be read; of a doubtful one two readers are asked. */
  const readable = async (picture: RgbPicture, { box, score }: FoundPlate): Promise<number> => {
    const first = await reader.glance(picture, box, false);
    const share = legibility(first?.confidences ?? []);
    if (first === undefined || score * share >= doubtful) return share;
    const second = await reader.secondGlance(picture, box);
    return second === undefined || likeness(first.text, second.text) >= LEAST_ALIKE ? share : share * UNREAD;
  };

  return {
    async find(picture, regions) {
      const found: FoundPlate[] = [];
      for (const region of regions) {
        const cut = await squareAround(picture, region, detector.input.width, detector.input.pad);
        if (cut === undefined) continue;
        for (const plate of await detector.detect(cut.rgb)) {
          if (isCut(plate, cut, picture)) continue;
          const { corners, score } = plate;
          const placed = corners.map(
            ([x, y]) => [x / cut.scale + cut.left, y / cut.scale + cut.top] as const,
          );
          const box = clip(around(placed), picture.width, picture.height);
          if (box !== undefined) found.push({ box, score, corners: placed });
        }
      }
      found.sort((a, b) => b.score - a.score);
      const kept: FoundPlate[] = [];
      for (const plate of found) {
        if (kept.some((other) => iou(plate.box, other.box) > SAME_PLATE)) continue;
        kept.push({ ...plate, score: plate.score * (await readable(picture, plate)) });
      }
      return kept
        .filter(({ score }) => score >= (threshold ?? model.entry.threshold?.value ?? 0))
        .sort((a, b) => b.score - a.score);
    },
    close: () => detector.close(),
  };
}

/** Whether the cut's edge goes through the plate, where the picture goes on: another vehicle or tile holds it whole. */
function isCut({ x1, y1, x2, y2 }: Box, cut: Cut, picture: RgbPicture): boolean {
  const right = cut.left + cut.width / cut.scale < picture.width - 1;
  const bottom = cut.top + cut.height / cut.scale < picture.height - 1;
  return (
    (cut.left > 0 && x1 < EDGE_PX) ||
    (cut.top > 0 && y1 < EDGE_PX) ||
    (right && x2 > cut.width - EDGE_PX) ||
    (bottom && y2 > cut.height - EDGE_PX)
  );
}

/** Squares that overlap by half: where vehicles are too near, too far or too hidden to be found themselves. */
export function tilesOf({ width, height }: { readonly width: number; readonly height: number }): Box[] {
  // The finder looks at squares a tenth larger than the box it is given.
  const side = Math.min(width, height);
  const starts = (length: number): number[] => {
    const count = Math.max(1, Math.ceil((length - side) / (side / 2)) + 1);
    return Array.from({ length: count }, (_, index) =>
      count === 1 ? 0 : (index * (length - side)) / (count - 1),
    );
  };
  const inset = (side - side / 1.1) / 2;
  return starts(height).flatMap((y) =>
    starts(width).map((x) => ({ x1: x + inset, y1: y + inset, x2: x + side - inset, y2: y + side - inset })),
  );
}

/** A plate has four characters or more; one that can be read a little is surer to be one. */
function legibility(confidences: readonly number[]): number {
  const mean = confidences.reduce((sum, each) => sum + each, 0) / Math.max(1, confidences.length);
  return confidences.length < 4 ? 0.5 : Math.min(1, 0.6 + 0.5 * mean);
}

/** Share of the longer text's characters that need no change to make the other. */
function likeness(one: string, other: string): number {
  const longer = Math.max(one.length, other.length);
  return longer === 0 ? 0 : 1 - editDistance(one, other) / longer;
}

function around(corners: FoundPlate["corners"]): Box {
  const xs = corners.map((corner) => corner[0]);
  const ys = corners.map((corner) => corner[1]);
  return { x1: Math.min(...xs), y1: Math.min(...ys), x2: Math.max(...xs), y2: Math.max(...ys) };
}
