// Decodes a map of people per cell: how many there are, and where they stand closest.
import { type DecoderInput, finite, outputOf } from "./candidate.ts";

/** A cell that is denser than all about it: a head, where the map is as fine as that. Its middle, pixels of the input. */
export interface Peak {
  readonly x: number;
  readonly y: number;
  /** The cell's own value, people. */
  readonly value: number;
}

export interface Density {
  /** People per cell, row-major: the network's own output, which its next run writes over. */
  readonly map: { readonly cells: Float32Array; readonly columns: number; readonly rows: number };
  /** Sum over the map. Noise below zero counts as such: it cancels the noise above. */
  readonly people: number;
  /** Densest first. */
  readonly peaks: readonly Peak[];
}

/**
 * Output [1, 1, rows, columns], people per cell, the input evenly divided (the network's stride). A peak has at least
 * `threshold` and more than its eight neighbours; of equal ones that touch, the first in reading order is it.
 */
export function decodeDensity({ outputs, width, height, threshold }: DecoderInput): Density {
  const [, , rows = 0, columns = 0] = outputs[0]?.dims ?? [];
  const map = outputOf(outputs, 0, [1, 1, rows, columns]);
  const peaks: Peak[] = [];
  let people = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = finite(map[row * columns + column] ?? 0);
      people += value;
      if (value < threshold || !isPeak(map, rows, columns, row, column)) continue;
      peaks.push({ x: ((column + 0.5) * width) / columns, y: ((row + 0.5) * height) / rows, value });
    }
  }
  return { map: { cells: map, columns, rows }, people, peaks: peaks.sort((a, b) => b.value - a.value) };
}

function isPeak(map: Float32Array, rows: number, columns: number, row: number, column: number): boolean {
  const at = row * columns + column;
  const value = map[at] ?? 0;
  for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
    for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
      const other = y * columns + x;
      const higher = map[other] ?? 0;
      if (higher > value || (higher === value && other < at)) return false;
    }
  }
  return true;
}
