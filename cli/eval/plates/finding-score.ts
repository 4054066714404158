// How well plates are found: recall and precision at the product's threshold, average precision over all scores.
import { type Box, iou } from "../../../edge/geometry/box.ts";
import type { FoundPlate } from "../../../edge/plate/finder.ts";
import { wilson } from "../interval.ts";

export interface LookedAt {
  readonly width: number;
  readonly height: number;
  readonly labels: readonly Box[];
  readonly found: readonly FoundPlate[];
}

const LEAST_IOU = 0.5;
/** A false box this near to the picture's edge is a plate that is cut: nobody labelled it. */
const EDGE_PX = 3;

type Verdict = "hit" | "false" | "aside";

export function findingScore(pictures: readonly LookedAt[], threshold: number) {
  const verdicts = pictures.flatMap(judge);
  const total = pictures.reduce((sum, { labels }) => sum + labels.length, 0);
  const at = verdicts.filter(({ score }) => score >= threshold);
  const hits = at.filter(({ verdict }) => verdict === "hit").length;
  const wrong = at.filter(({ verdict }) => verdict === "false").length;
  return {
    recall: total === 0 ? null : hits / total,
    precision: hits + wrong === 0 ? null : hits / (hits + wrong),
    ap50: total === 0 ? null : averagePrecision(verdicts, total),
    threshold,
    labels: total,
    false_boxes: wrong,
    pictures: pictures.length,
    intervals: { recall: wilson(hits, total), precision: wilson(hits, hits + wrong) },
  };
}

function judge({ width, height, labels, found }: LookedAt): { score: number; verdict: Verdict }[] {
  const free = new Set(labels);
  return found.map(({ box, score }) => {
    let best: Box | undefined;
    for (const label of free) {
      const better = best === undefined || iou(box, label) > iou(box, best);
      if (iou(box, label) >= LEAST_IOU && better) best = label;
    }
    if (best !== undefined) {
      free.delete(best);
      return { score, verdict: "hit" };
    }
    const cut = box.x1 < EDGE_PX || box.y1 < EDGE_PX || box.x2 > width - EDGE_PX || box.y2 > height - EDGE_PX;
    return { score, verdict: cut ? "aside" : "false" };
  });
}

/** All-point interpolation (PASCAL VOC 2010). */
function averagePrecision(verdicts: readonly { score: number; verdict: Verdict }[], total: number): number {
  const order = verdicts.filter(({ verdict }) => verdict !== "aside").sort((a, b) => b.score - a.score);
  const precisions: number[] = [];
  let hits = 0;
  for (const [index, { verdict }] of order.entries()) {
    if (verdict !== "hit") continue;
    hits++;
    precisions.push(hits / (index + 1));
  }
  let best = 0;
  let sum = 0;
  for (const precision of precisions.toReversed()) {
    best = Math.max(best, precision);
    sum += best;
  }
  return sum / total;
}
