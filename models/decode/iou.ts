// Intersection over union of two boxes.
import type { PlacedBox } from "../letterbox.ts";

/** 0 for boxes that do not meet or have no area. */
export function iou(a: PlacedBox, b: PlacedBox): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  if (width <= 0 || height <= 0) return 0;
  const overlap = width * height;
  return overlap / ((a.x2 - a.x1) * (a.y2 - a.y1) + (b.x2 - b.x1) * (b.y2 - b.y1) - overlap);
}
