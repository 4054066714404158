// A camera on a mast: an ideal pinhole over flat ground, from metres to pixels and back.
import type { Body, Place } from "./body.ts";

/** A camera at (x, y, height) metres that looks `yaw` radians off north (to the east) and `pitch` radians down. */
export interface Mast extends Place {
  readonly height: number;
  readonly yaw: number;
  readonly pitch: number;
  /** Focal length in pixels. */
  readonly focal: number;
  readonly picture: { readonly width: number; readonly height: number };
}

/** A point of the picture in pixels, and how far in front of the camera it lies, in metres. */
export interface Projected {
  readonly u: number;
  readonly v: number;
  readonly depth: number;
}

/** Left, top, right, bottom in pixels, with the distance of its nearest corner. */
export interface Silhouette {
  readonly box: readonly [number, number, number, number];
  readonly depth: number;
}

const NEAREST_M = 1;

/** Where a point is seen; undefined behind the camera or nearer than a metre. */
export function project(mast: Mast, x: number, y: number, z: number): Projected | undefined {
  const dx = x - mast.x;
  const dy = y - mast.y;
  const dz = z - mast.height;
  const ahead = dx * Math.sin(mast.yaw) + dy * Math.cos(mast.yaw);
  const right = dx * Math.cos(mast.yaw) - dy * Math.sin(mast.yaw);
  const depth = ahead * Math.cos(mast.pitch) - dz * Math.sin(mast.pitch);
  const up = ahead * Math.sin(mast.pitch) + dz * Math.cos(mast.pitch);
  if (depth < NEAREST_M) return undefined;
  return {
    u: mast.picture.width / 2 + (mast.focal * right) / depth,
    v: mast.picture.height / 2 - (mast.focal * up) / depth,
    depth,
  };
}

/** The place on the ground that is seen at a pixel; undefined at or above the horizon. */
export function groundAt(mast: Mast, u: number, v: number): Place | undefined {
  const right = (u - mast.picture.width / 2) / mast.focal;
  const up = (mast.picture.height / 2 - v) / mast.focal;
  const ahead = Math.cos(mast.pitch) + up * Math.sin(mast.pitch);
  const down = Math.sin(mast.pitch) - up * Math.cos(mast.pitch);
  if (down <= 1e-6) return undefined;
  const scale = mast.height / down;
  return {
    x: mast.x + scale * (ahead * Math.sin(mast.yaw) + right * Math.cos(mast.yaw)),
    y: mast.y + scale * (ahead * Math.cos(mast.yaw) - right * Math.sin(mast.yaw)),
  };
}

/** The box around a body's eight corners; undefined when a corner lies behind the camera. */
export function silhouette(mast: Mast, body: Body): Silhouette | undefined {
  const along = {
    x: (Math.cos(body.heading) * body.length) / 2,
    y: (Math.sin(body.heading) * body.length) / 2,
  };
  const across = {
    x: (-Math.sin(body.heading) * body.width) / 2,
    y: (Math.cos(body.heading) * body.width) / 2,
  };
  let [left, top, right, bottom, nearest] = [Infinity, Infinity, -Infinity, -Infinity, Infinity];
  for (let corner = 0; corner < 8; corner++) {
    const a = (corner & 1) === 0 ? 1 : -1;
    const b = (corner & 2) === 0 ? 1 : -1;
    const z = body.base + ((corner & 4) === 0 ? 0 : body.height);
    const seen = project(mast, body.x + a * along.x + b * across.x, body.y + a * along.y + b * across.y, z);
    if (seen === undefined) return undefined;
    left = Math.min(left, seen.u);
    right = Math.max(right, seen.u);
    top = Math.min(top, seen.v);
    bottom = Math.max(bottom, seen.v);
    nearest = Math.min(nearest, seen.depth);
  }
  return { box: [left, top, right, bottom], depth: nearest };
}

/** Where a road user stands by the convention of the formats: under the bottom centre of its ideal box. */
export function located(mast: Mast, body: Body): Place | undefined {
  const seen = silhouette(mast, body);
  if (seen === undefined) return undefined;
  const [left, , right, bottom] = seen.box;
  return groundAt(mast, (left + right) / 2, bottom);
}
