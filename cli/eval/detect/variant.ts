// In which ways a detector is run on a set: input sizes that its graph allows, with and without tiles.
import type { ModelEntry } from "../../../models/catalogue.ts";
import { detectorInput, type SizeOptions, type Suppression } from "../../../models/detector.ts";
import type { TileGrid } from "../../../models/tiles.ts";

export interface Variant {
  readonly size: SizeOptions;
  readonly grid: TileGrid | undefined;
  readonly suppression: Suppression;
}

const GRID: TileGrid = { columns: 2, rows: 2 };
/** Long side of the further input that a network of free size is tried with. */
const LARGER = 640;

/**
 * Its own input plain, with soft suppression and with tiles. A network of free size also without the border around the
 * picture, which costs less, and larger: these in the proportions of `picture`.
 */
export function variantsOf(
  entry: ModelEntry,
  picture: { readonly width: number; readonly height: number },
): Variant[] {
  const own = detectorInput(entry);
  const further = [Math.max(own.width, own.height), LARGER].flatMap((side) => {
    const size = proportional(entry.input.multiple, picture, side);
    return size === undefined || (size.width === own.width && size.height === own.height) ? [] : [size];
  });
  return [
    { size: own, grid: undefined, suppression: "hard" },
    { size: own, grid: undefined, suppression: "soft" },
    { size: own, grid: GRID, suppression: "hard" },
    ...further.flatMap((size) =>
      (["hard", "soft"] as const).map((suppression): Variant => ({ size, grid: undefined, suppression })),
    ),
  ];
}

function proportional(
  multiple: number | undefined,
  { width, height }: { readonly width: number; readonly height: number },
  side: number,
): SizeOptions | undefined {
  if (multiple === undefined) return undefined;
  const scale = side / Math.max(width, height);
  // A side that is a multiple but for rounding stays itself.
  const fitted = (length: number): number =>
    Math.max(multiple, Math.ceil((length * scale) / multiple - 0.001) * multiple);
  return { width: fitted(width), height: fitted(height) };
}
