// A mask of one moment: 255 where the film must not show what is there. Coarse, since what is hidden is hidden generously.
import type { Box } from "../geometry/box.ts";
import type { Hidden } from "./hidden.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Cells of a mask along the picture's longer side: 4 pixels of a 1920 picture each. */
const CELLS = 480;
const HIDE = 255;
const SHOW = 0;

export function maskSize({ width, height }: Size): Size {
  const scale = CELLS / Math.max(width, height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** One byte a cell, row-major. `scene` is the size of the picture whose pixels the boxes count in. */
export function maskOf(hidden: Hidden, scene: Size, mask: Size): Buffer {
  const cells = Buffer.alloc(mask.width * mask.height, hidden.all ? HIDE : SHOW);
  if (hidden.all) return cells;
  const [scaleX, scaleY] = [mask.width / scene.width, mask.height / scene.height];
  const fill = ({ x1, y1, x2, y2 }: Box, value: number, outwards: boolean): void => {
    const [low, high] = outwards ? [Math.floor, Math.ceil] : [Math.ceil, Math.floor];
    const [left, right] = [Math.max(0, low(x1 * scaleX)), Math.min(mask.width, high(x2 * scaleX))];
    const [top, bottom] = [Math.max(0, low(y1 * scaleY)), Math.min(mask.height, high(y2 * scaleY))];
    if (left >= right) return;
    for (let row = top; row < bottom; row++)
      cells.fill(value, row * mask.width + left, row * mask.width + right);
  };
  for (const box of hidden.plates) fill(box, HIDE, true);
  if (hidden.subject !== undefined) fill(hidden.subject, SHOW, false);
  for (const box of hidden.heads) fill(box, HIDE, true);
  return cells;
}
