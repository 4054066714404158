// The ground plane of a scene: picture to metres and back, and where the camera stands over it.
import type { Point } from "../geometry/box.ts";
import { bend, type Lens, lensOf, straighten } from "../geometry/lens.ts";
import {
  applyHomography,
  type Homography,
  horizonSide,
  invertHomography,
  type PointPair,
  reprojectionError,
  solveHomography,
} from "../geometry/homography.ts";

/** Where a camera stands: its foot on the ground plane and its height over it, metres. */
export interface CameraPosition {
  readonly foot: Point;
  readonly heightM: number;
}

export interface Ground {
  /** Absent: the picture is straight. The homographies are those of the straight picture. */
  readonly lens?: Lens;
  readonly toGround: Homography;
  readonly toPicture: Homography;
  /** Root mean square error of the calibration points, metres. */
  readonly reprojectionErrorM: number;
  /** The horizon's side on which the calibrated ground lies. */
  readonly side: number;
  /** Undefined where the calibration does not determine it (a camera that looks straight down, for one). */
  readonly camera: CameraPosition | undefined;
}

/** Solves the ground plane from calibration pairs (picture pixels → metres); undefined when they are degenerate. `distortion`: see {@link Lens}. */
export function solveGround(
  seen: readonly PointPair[],
  picture: { readonly width: number; readonly height: number },
  cameraHeightM?: number,
  distortion?: number,
): Ground | undefined {
  const lens = lensOf(distortion, picture);
  const pairs = lens === undefined ? seen : seen.map(({ from, to }) => ({ from: straight(lens, from), to }));
  const toGround = solveHomography(pairs);
  if (toGround === undefined) return undefined;
  const toPicture = invertHomography(toGround);
  const solved = cameraPosition(toPicture, { x: picture.width / 2, y: picture.height / 2 });
  return {
    ...(lens === undefined ? {} : { lens }),
    toGround,
    toPicture,
    reprojectionErrorM: reprojectionError(toGround, pairs),
    side: horizonSide(toGround, (pairs[0] as PointPair).from),
    camera:
      solved === undefined || cameraHeightM === undefined
        ? solved
        : { foot: solved.foot, heightM: cameraHeightM },
  };
}

/** A picture point on the ground, metres; undefined at or above the horizon. */
export function groundAt(ground: Ground, point: Point): Point | undefined {
  const at = ground.lens === undefined ? point : straight(ground.lens, point);
  return horizonSide(ground.toGround, at) === ground.side ? applyHomography(ground.toGround, at) : undefined;
}

/** The same, written into `into`, which is left alone when it gives false: for every track of every frame. */
export function placeOnGround(ground: Ground, point: Point, into: { x: number; y: number }): boolean {
  if (ground.lens !== undefined) straighten(ground.lens, point, straightened);
  const { x, y } = ground.lens === undefined ? point : straightened;
  const h = ground.toGround;
  const w = h[6] * x + h[7] * y + h[8];
  if (Math.sign(w) !== ground.side || Math.abs(w) < 1e-12) return false;
  into.x = (h[0] * x + h[1] * y + h[2]) / w;
  into.y = (h[3] * x + h[4] * y + h[5]) / w;
  return true;
}

/** Filled again by each call. */
const straightened = { x: Number.NaN, y: Number.NaN };

function straight(lens: Lens, point: Point): Point {
  const at = { x: Number.NaN, y: Number.NaN };
  straighten(lens, point, at);
  return at;
}

/** The pixel in which a place on the ground is seen; undefined where it is seen nowhere. */
export function pictureAt(ground: Ground, place: Point): Point | undefined {
  const at = applyHomography(ground.toPicture, place);
  return at === undefined || ground.lens === undefined ? at : bend(ground.lens, at);
}

/** Where a body stands whose part at `heightM` over the ground is seen at `point`; undefined without a camera position. */
export function groundBelow(ground: Ground, point: Point, heightM: number): Point | undefined {
  const behind = groundAt(ground, point);
  if (behind === undefined || ground.camera === undefined || ground.camera.heightM <= heightM)
    return undefined;
  const { foot, heightM: cameraM } = ground.camera;
  const share = heightM / cameraM;
  return { x: behind.x + (foot.x - behind.x) * share, y: behind.y + (foot.y - behind.y) * share };
}

/**
 * Camera position from a ground → picture homography, for square pixels and the principal point in the picture's
 * middle (Zhang 2000, §3.1: the two constraints on the focal length, solved in least squares).
 */
function cameraPosition(toPicture: Homography, principal: Point): CameraPosition | undefined {
  const [a, b, c, d, e, f, g, h, i] = toPicture;
  const columns = [
    [a - principal.x * g, d - principal.y * g, g],
    [b - principal.x * h, e - principal.y * h, h],
    [c - principal.x * i, f - principal.y * i, i],
  ] as const;
  const [p, q, t] = columns;
  const cross = p[0] * q[0] + p[1] * q[1];
  const crossDepth = p[2] * q[2];
  const norms = p[0] ** 2 + p[1] ** 2 - q[0] ** 2 - q[1] ** 2;
  const normsDepth = p[2] ** 2 - q[2] ** 2;
  const weight = crossDepth ** 2 + normsDepth ** 2;
  const focalSquared = -(cross * crossDepth + norms * normsDepth) / weight;
  if (!(focalSquared > 0) || !Number.isFinite(focalSquared)) return undefined;
  const focal = Math.sqrt(focalSquared);
  const ray = (column: readonly [number, number, number]): [number, number, number] => [
    column[0] / focal,
    column[1] / focal,
    column[2],
  ];
  const r1 = ray(p);
  const r2 = ray(q);
  const translation = ray(t);
  const scale = (Math.hypot(...r1) + Math.hypot(...r2)) / 2;
  const r3 = [
    r1[1] * r2[2] - r1[2] * r2[1],
    r1[2] * r2[0] - r1[0] * r2[2],
    r1[0] * r2[1] - r1[1] * r2[0],
  ] as const;
  const dot = (v: readonly [number, number, number]): number =>
    v[0] * translation[0] + v[1] * translation[1] + v[2] * translation[2];
  return {
    foot: { x: -dot(r1) / scale ** 2, y: -dot(r2) / scale ** 2 },
    heightM: Math.abs(dot(r3)) / scale ** 3,
  };
}
