// Where the tiles of an enlarged picture lie, so that a network sees small objects larger than in the whole.
import type { InputSpec } from "./letterbox.ts";

export interface TileGrid {
  readonly columns: number;
  readonly rows: number;
}

/** Upper left corner of a tile in the enlarged picture; its size is the network's input. */
export interface Tile {
  readonly x: number;
  readonly y: number;
}

export interface TilePlan {
  /** The enlarged picture, as it is to be asked of ffmpeg: the whole source in it, its proportions kept. */
  readonly canvas: InputSpec;
  /** Row by row, from the left. */
  readonly tiles: readonly Tile[];
}

/**
 * Share of a tile that it has in common with the next. Raising it lets larger objects lie whole in some tile, lowering it
 * enlarges more. Objects larger than that are the business of the whole picture, which is always looked at as well.
 */
const OVERLAP = 0.2;

/** Where one side has room for a single tile, that side has one, whatever the grid says. */
export function planTiles(
  picture: { readonly width: number; readonly height: number },
  input: InputSpec,
  grid: TileGrid,
): TilePlan {
  const span = (side: number, count: number): number => Math.floor(side * (count - (count - 1) * OVERLAP));
  const scale = Math.min(
    span(input.width, grid.columns) / picture.width,
    span(input.height, grid.rows) / picture.height,
  );
  const width = Math.max(input.width, Math.round(picture.width * scale));
  const height = Math.max(input.height, Math.round(picture.height * scale));
  const xs = starts(width, input.width, grid.columns);
  const ys = starts(height, input.height, grid.rows);
  return {
    canvas: { width, height, fit: "letterbox-top-left", pad: input.pad },
    tiles: ys.flatMap((y) => xs.map((x) => ({ x, y }))),
  };
}

/** As many as asked, evenly from edge to edge. */
function starts(side: number, tile: number, count: number): number[] {
  const room = side - tile;
  return room === 0 || count === 1
    ? [0]
    : Array.from({ length: count }, (_, i) => Math.round((room * i) / (count - 1)));
}
