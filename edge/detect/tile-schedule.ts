// Which tiles a camera looks at in the next frame: those where things are and where the scene is drawn, and all in turn.
import type { Tile } from "../../models/tiles.ts";
import type { Box } from "../geometry/box.ts";

export interface TilePlace {
  readonly tile: Tile;
  /** Where it lies, in pixels of the camera file's picture. */
  readonly box: Box;
  /** Whether the scene has something drawn there: small objects matter. */
  readonly drawn: boolean;
}

/**
 * Weights of a tile beside the 1 that each has: for what the scene draws in it, and for small things seen there last. A
 * tile's credit grows by its weight in every frame and is spent when it is looked at, so the weights are how often tiles
 * come, relative to each other, and none is left out for ever.
 */
const DRAWN_WEIGHT = 2;
const SMALL_WEIGHT = 3;
/** A thing whose longer side is below this share of the tile's is small: the whole picture may miss it. */
const SMALL_SHARE = 0.25;

export class TileSchedule {
  readonly #places: readonly TilePlace[];
  readonly #perFrame: number;
  readonly #credit: Float64Array;
  readonly #small: Uint8Array;
  readonly #chosen: Tile[] = [];

  constructor(places: readonly TilePlace[], perFrame: number) {
    this.#places = places;
    this.#perFrame = Math.min(perFrame, places.length);
    this.#credit = new Float64Array(places.length);
    this.#small = new Uint8Array(places.length);
  }

  /** For one frame; the array is the same in every call. */
  next(): readonly Tile[] {
    const credit = this.#credit;
    for (let i = 0; i < credit.length; i++) {
      const weight =
        1 + (this.#places[i]?.drawn === true ? DRAWN_WEIGHT : 0) + (this.#small[i] === 1 ? SMALL_WEIGHT : 0);
      credit[i] = (credit[i] ?? 0) + weight;
    }
    this.#chosen.length = 0;
    while (this.#chosen.length < this.#perFrame) {
      let best = 0;
      for (let i = 1; i < credit.length; i++) if ((credit[i] ?? 0) > (credit[best] ?? 0)) best = i;
      credit[best] = 0;
      const place = this.#places[best];
      if (place === undefined) break;
      this.#chosen.push(place.tile);
    }
    return this.#chosen;
  }

  /** What the latest frame brought, in pixels of the picture. */
  saw(detections: readonly { readonly box: Box }[]): void {
    this.#small.fill(0);
    for (const { box } of detections) {
      const longer = Math.max(box.x2 - box.x1, box.y2 - box.y1);
      const x = (box.x1 + box.x2) / 2;
      const y = (box.y1 + box.y2) / 2;
      for (let i = 0; i < this.#places.length; i++) {
        const tile = this.#places[i]?.box;
        if (tile === undefined || !holds(tile, x, y)) continue;
        if (longer < Math.max(tile.x2 - tile.x1, tile.y2 - tile.y1) * SMALL_SHARE) this.#small[i] = 1;
      }
    }
  }
}

function holds(box: Box, x: number, y: number): boolean {
  return x >= box.x1 && x <= box.x2 && y >= box.y1 && y <= box.y2;
}
