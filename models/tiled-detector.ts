// Looks at a whole picture and at tiles of it, and gives one list of objects in the picture's own pixels.
import { mergeTiles } from "./decode/merge-tiles.ts";
import type { ModelDetection, ObjectDetector, Suppression } from "./detector.ts";
import { type InputSpec, place, toSource } from "./letterbox.ts";
import type { Tile } from "./tiles.ts";

export interface TiledView {
  /** The source picture's size; boxes come in its pixels. */
  readonly picture: { readonly width: number; readonly height: number };
  /** The picture fitted into the detector's input. */
  readonly whole: Uint8Array;
  /** The picture fitted into the enlarged one, as {@link planTiles} gave it. */
  readonly canvas: { readonly spec: InputSpec; readonly rgb: Uint8Array };
  /** Which of the tiles to look at; none: the whole picture only. */
  readonly tiles: readonly Tile[];
  readonly suppression?: Suppression;
}

/** A box nearer than this share of the tile's side to an edge where the picture goes on is taken for a part. */
const CUT_SHARE = 0.02;

/** One call at a time, as of the detector. `detector` must have been opened with `tiles`. Rejects with ModelError. */
export async function detectTiled(
  detector: ObjectDetector,
  { picture, whole, canvas, tiles, suppression }: TiledView,
): Promise<ModelDetection[]> {
  const placed = place(picture, detector.input);
  const seenWhole = await detector.detect(whole, suppression);
  const complete = seenWhole.map((found) => ({ ...found, ...toSource(found, placed) }));
  const parts: ModelDetection[] = [];
  if (tiles.length === 0) return complete;
  const enlarged = place(picture, canvas.spec);
  detector.load(canvas.rgb, canvas.spec);
  for (const tile of tiles) {
    for (const found of await detector.detectTile(tile, suppression)) {
      const onCanvas = {
        x1: found.x1 + tile.x,
        y1: found.y1 + tile.y,
        x2: found.x2 + tile.x,
        y2: found.y2 + tile.y,
      };
      const list = isCut(found, tile, detector.input, enlarged) ? parts : complete;
      list.push({ ...found, ...toSource(onCanvas, enlarged) });
    }
  }
  return mergeTiles(complete, parts, detector.maxIou);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Whether the box ends at an edge of its tile beyond which there is more picture. */
function isCut(box: ModelDetection, tile: Tile, { width, height }: Size, picture: Size): boolean {
  const [marginX, marginY] = [width * CUT_SHARE, height * CUT_SHARE];
  return (
    (tile.x > 0 && box.x1 < marginX) ||
    (tile.y > 0 && box.y1 < marginY) ||
    (tile.x + width < picture.width && box.x2 > width - marginX) ||
    (tile.y + height < picture.height && box.y2 > height - marginY)
  );
}
