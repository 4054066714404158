// Pixelation that can't be undone: a region becomes a few flat blocks.
import { clip, type Box } from "../geometry/box.ts";

/** Blocks along a region's longer side. Five leave no eye, nose or mouth apart; more begin to show a face. */
const BLOCKS = 5;

/** Flattens `box` in place in an rgb24 picture (row-major, no padding); a box outside the picture changes nothing. */
export function pixelate(rgb: Uint8Array, width: number, height: number, box: Box): void {
  const inside = clip(box, width, height);
  if (inside === undefined) return;
  const x1 = Math.floor(inside.x1);
  const y1 = Math.floor(inside.y1);
  const x2 = Math.ceil(inside.x2);
  const y2 = Math.ceil(inside.y2);
  const side = Math.max(1, Math.ceil(Math.max(x2 - x1, y2 - y1) / BLOCKS));
  for (let y = y1; y < y2; y += side) {
    for (let x = x1; x < x2; x += side) {
      flatten(rgb, width, x, y, Math.min(x + side, x2), Math.min(y + side, y2));
    }
  }
}

function flatten(rgb: Uint8Array, width: number, x1: number, y1: number, x2: number, y2: number): void {
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let y = y1; y < y2; y++) {
    for (let at = (y * width + x1) * 3; at < (y * width + x2) * 3; at += 3) {
      red += rgb[at] as number;
      green += rgb[at + 1] as number;
      blue += rgb[at + 2] as number;
    }
  }
  const count = (x2 - x1) * (y2 - y1);
  for (let y = y1; y < y2; y++) {
    for (let at = (y * width + x1) * 3; at < (y * width + x2) * 3; at += 3) {
      rgb[at] = red / count;
      rgb[at + 1] = green / count;
      rgb[at + 2] = blue / count;
    }
  }
}
