// An axis-aligned box in picture pixels and its named anchors.

/** x grows to the right, y down; x1 ≤ x2, y1 ≤ y2. Coordinates may be decimals and may lie outside the picture. */
export interface Box {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function area(box: Box): number {
  return Math.max(0, box.x2 - box.x1) * Math.max(0, box.y2 - box.y1);
}

/** Length of a vector; Math.hypot would allocate, and this is asked of every track in every frame. */
export function lengthOf(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

/** Intersection over union, 0 for boxes that do not meet or have no area. */
export function iou(a: Box, b: Box): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  if (width <= 0 || height <= 0) return 0;
  const overlap = width * height;
  return overlap / (area(a) + area(b) - overlap);
}

/** Where a road user touches the ground: the middle of the lower edge. */
export function bottomCentre(box: Box): Point {
  return { x: (box.x1 + box.x2) / 2, y: box.y2 };
}

export function centre(box: Box): Point {
  return { x: (box.x1 + box.x2) / 2, y: (box.y1 + box.y2) / 2 };
}

/** The part of a box that lies inside a picture, or undefined when none does. */
export function clip(box: Box, width: number, height: number): Box | undefined {
  const x1 = Math.max(0, box.x1);
  const y1 = Math.max(0, box.y1);
  const x2 = Math.min(width, box.x2);
  const y2 = Math.min(height, box.y2);
  return x2 > x1 && y2 > y1 ? { x1, y1, x2, y2 } : undefined;
}
