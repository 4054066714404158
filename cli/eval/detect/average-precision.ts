// Average precision at IoU 0.5: which detections are right, and the area under precision over recall.
import { iou } from "../../../models/decode/iou.ts";
import type { ModelDetection } from "../../../models/detector.ts";
import type { TruthBox } from "./labelled-set.ts";

/** One detection that counts. */
export interface Verdict {
  readonly score: number;
  readonly right: boolean;
}

/** One class in one picture. */
export interface Judged {
  readonly verdicts: readonly Verdict[];
  /** Marked objects to be found. */
  readonly marked: number;
}

const LEAST_IOU = 0.5;

/**
 * Best score first, each detection takes the unclaimed object that it covers best, if with at least IoU 0.5 (COCO's
 * assignment). One that has none but covers an ignored box so well is not counted; any other is false, a second one on
 * the same object too.
 */
export function judge(
  detections: readonly ModelDetection[],
  truth: readonly TruthBox[],
  name: string,
): Judged {
  const ofClass = truth.filter((box) => box.class === name);
  const open = new Set(ofClass.filter((box) => !box.ignored));
  const ignored = ofClass.filter((box) => box.ignored);
  const marked = open.size;
  const verdicts: Verdict[] = [];
  for (const found of detections
    .filter((detection) => detection.className === name)
    .toSorted((a, b) => b.score - a.score)) {
    let best: TruthBox | undefined;
    for (const box of open) {
      if (iou(found, box) >= LEAST_IOU && (best === undefined || iou(found, box) > iou(found, best)))
        best = box;
    }
    if (best !== undefined) open.delete(best);
    else if (ignored.some((box) => iou(found, box) >= LEAST_IOU)) continue;
    verdicts.push({ score: found.score, right: best !== undefined });
  }
  return { verdicts, marked };
}

/**
 * Area under the precision–recall curve of all pictures together, precision made non-increasing from the right, every
 * step of recall counted (PASCAL VOC 2010 and later). NaN where nothing was to be found.
 */
export function averagePrecision(pictures: readonly Judged[]): number {
  const marked = pictures.reduce((sum, picture) => sum + picture.marked, 0);
  if (marked === 0) return NaN;
  const verdicts = pictures.flatMap((picture) => picture.verdicts).sort((a, b) => b.score - a.score);
  const precisions: number[] = [];
  let right = 0;
  verdicts.forEach((verdict, i) => {
    if (!verdict.right) return;
    right++;
    precisions.push(right / (i + 1));
  });
  let area = 0;
  let envelope = 0;
  for (const precision of precisions.reverse()) {
    envelope = Math.max(envelope, precision);
    area += envelope / marked;
  }
  return area;
}

/** Shares at one threshold: of the marked objects that were found, and of the found ones that are right. */
export function recallAndPrecision(
  pictures: readonly Judged[],
  threshold: number,
): { readonly recall: number; readonly precision: number } {
  const marked = pictures.reduce((sum, picture) => sum + picture.marked, 0);
  const counted = pictures.flatMap((picture) => picture.verdicts).filter(({ score }) => score >= threshold);
  const right = counted.filter((verdict) => verdict.right).length;
  return { recall: right / marked, precision: counted.length === 0 ? 1 : right / counted.length };
}
