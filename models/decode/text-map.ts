// Decodes a map of how likely each pixel belongs to text into turned rectangles, one a line of text.
import { type DecoderInput, finite, outputOf } from "./candidate.ts";
import { boundingRectangle, type Corner, type TurnedRectangle } from "./turned-rectangle.ts";

/** A line of text: its corners in pixels of the input, clockwise on the screen from the one nearest the upper left. */
export interface TextLine {
  readonly corners: readonly [Corner, Corner, Corner, Corner];
  /** Mean of the map inside the text's kernel, 0 to 1. */
  readonly score: number;
}

/** Of the paper's post-processing (Liao 2020, "Real-time Scene Text Detection with Differentiable Binarization", 3.4). */
export interface TextMapLimits {
  /** Least mean of a kernel. Lowering it finds fainter text and more texture; PaddleOCR's default. */
  readonly score: number;
  /** Least shorter side of a kernel, pixels: below it are specks. PaddleOCR's default. */
  readonly side: number;
  /**
   * The network marks a shrunk kernel; a line is grown back by area × unclip ÷ perimeter on every side. Raising it takes
   * in more margin. PaddleOCR's default.
   */
  readonly unclip: number;
}

export const TEXT_MAP_LIMITS: TextMapLimits = { score: 0.6, side: 3, unclip: 1.5 };

/**
 * Output [1, 1, height, width] of probabilities. Pixels at or over `threshold` that touch, also at their corners, are one
 * kernel; its smallest turned rectangle, grown back, is the line. Best score first; lines may reach over the input's edge.
 */
export function decodeTextMap(
  { outputs, width, height, threshold }: DecoderInput,
  limits: TextMapLimits = TEXT_MAP_LIMITS,
): TextLine[] {
  const map = outputOf(outputs, 0, [1, 1, height, width]);
  const seen = new Uint8Array(width * height);
  const found: TextLine[] = [];
  for (let start = 0; start < map.length; start++) {
    if (finite(map[start] ?? 0) < threshold || seen[start] === 1) continue;
    const kernel = kernelFrom(start, { map, seen, width, height, threshold });
    if (kernel.score < limits.score) continue;
    const rectangle = boundingRectangle(kernel.edge);
    if (Math.min(rectangle.length, rectangle.breadth) < limits.side) continue;
    found.push({ corners: clockwise(grown(rectangle, limits.unclip)), score: kernel.score });
  }
  return found.sort((a, b) => b.score - a.score);
}

interface Field {
  readonly map: Float32Array;
  readonly seen: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly threshold: number;
}

interface Kernel {
  readonly score: number;
  /** Corners of the first and last pixel of each of its rows: all that its hull can consist of. */
  readonly edge: Corner[];
}

/** Fills from one pixel over its eight neighbours. */
function kernelFrom(start: number, { map, seen, width, height, threshold }: Field): Kernel {
  const waiting = [start];
  seen[start] = 1;
  const rows = new Map<number, { from: number; to: number }>();
  let sum = 0;
  let count = 0;
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const x = at % width;
    const y = (at - x) / width;
    sum += map[at] ?? 0;
    count++;
    const row = rows.get(y);
    if (row === undefined) rows.set(y, { from: x, to: x });
    else if (x < row.from) row.from = x;
    else if (x > row.to) row.to = x;
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
        const next = ny * width + nx;
        if (seen[next] === 1 || (map[next] ?? 0) < threshold) continue;
        seen[next] = 1;
        waiting.push(next);
      }
    }
  }
  const edge = [...rows].flatMap(([y, { from, to }]) => [
    { x: from, y },
    { x: from, y: y + 1 },
    { x: to + 1, y },
    { x: to + 1, y: y + 1 },
  ]);
  return { score: sum / count, edge };
}

/** Grown on every side by what the training's labels were shrunk by. */
function grown(rectangle: TurnedRectangle, unclip: number): TurnedRectangle {
  const { length, breadth } = rectangle;
  const by = (length * breadth * unclip) / (2 * (length + breadth));
  return { ...rectangle, length: length + 2 * by, breadth: breadth + 2 * by };
}

function clockwise({ centre, angle, length, breadth }: TurnedRectangle): TextLine["corners"] {
  const [ux, uy] = [Math.cos(angle), Math.sin(angle)];
  const at = (along: number, across: number): Corner => ({
    x: centre.x + (along * length * ux - across * breadth * uy) / 2,
    y: centre.y + (along * length * uy + across * breadth * ux) / 2,
  });
  const corners = [at(-1, -1), at(1, -1), at(1, 1), at(-1, 1)] as const;
  let first = 0;
  corners.forEach(({ x, y }, i) => {
    const least = corners[first] ?? corners[0];
    if (x + y < least.x + least.y) first = i;
  });
  const from = (i: number): Corner => corners[(first + i) % 4] ?? corners[0];
  return [from(0), from(1), from(2), from(3)];
}
