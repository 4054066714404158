// Radial distortion of a lens: where a pixel would be in the picture of an ideal one, and back.
import type { Point } from "./box.ts";

/**
 * The division model (Fitzgibbon 2001): one number, exact both ways. Radii are shares of half the picture's diagonal.
 * `distortion` below 0 is a barrel, above 0 a cushion.
 */
export interface Lens {
  readonly distortion: number;
  readonly middle: Point;
  /** Half the picture's diagonal, pixels. */
  readonly radius: number;
}

export function lensOf(
  distortion: number | undefined,
  picture: { readonly width: number; readonly height: number },
): Lens | undefined {
  if (distortion === undefined || distortion === 0) return undefined;
  return {
    distortion,
    middle: { x: picture.width / 2, y: picture.height / 2 },
    radius: Math.sqrt(picture.width ** 2 + picture.height ** 2) / 2,
  };
}

/** Writes where a pixel would be without the distortion. */
export function straighten({ distortion, middle, radius }: Lens, point: Point, into: Writable): void {
  const dx = point.x - middle.x;
  const dy = point.y - middle.y;
  const scale = 1 / (1 + (distortion * (dx * dx + dy * dy)) / (radius * radius));
  into.x = middle.x + dx * scale;
  into.y = middle.y + dy * scale;
}

/** The pixel of a point of the straight picture; undefined where the lens shows it nowhere. */
export function bend({ distortion, middle, radius }: Lens, point: Point): Point | undefined {
  const dx = point.x - middle.x;
  const dy = point.y - middle.y;
  const left = 1 - (4 * distortion * (dx * dx + dy * dy)) / (radius * radius);
  if (left < 0) return undefined;
  const scale = 2 / (1 + Math.sqrt(left));
  return { x: middle.x + dx * scale, y: middle.y + dy * scale };
}

interface Writable {
  x: number;
  y: number;
}
