// Where somebody was and where to: on the ground plane, or in the picture with the scale of their own body.
import { lengthOf } from "../../geometry/box.ts";
import { type RoadUser, USUAL_HEIGHT_M } from "../road-user.ts";

/** Plain data. */
export interface Spot {
  /** Metres of the ground plane; without one, pixels of the picture. */
  readonly x: number;
  readonly y: number;
  /** Metres per unit of `x` and `y`. */
  readonly scale: number;
  /** Metres per second; absent before it is known. */
  readonly vx?: number;
  readonly vy?: number;
}

export function spotOf(user: RoadUser): Spot {
  const { metric, foot, place, velocity } = user;
  const at = metric ? place : foot;
  return {
    x: at.x,
    y: at.y,
    scale: scaleOf(user),
    ...(velocity === undefined ? {} : { vx: velocity.x, vy: velocity.y }),
  };
}

/** Where a user was seen last: of one whom this frame doesn't see, not where the tracker expects them by now. */
export function lastSpotOf(user: RoadUser): Spot {
  const { metric, before, track } = user;
  const spot = spotOf(user);
  if (track.observed || before === undefined) return spot;
  const at = metric ? before.place : before.foot;
  return { ...spot, x: at.x, y: at.y };
}

/** Metres per unit of a user's spot: one on a ground plane; in the picture by the height that such a body usually has. */
export function scaleOf({ metric, track }: RoadUser): number {
  if (metric) return 1;
  return (USUAL_HEIGHT_M[track.class] ?? 1.5) / Math.max(1, track.box.y2 - track.box.y1);
}

/** The spot after so many seconds of the same walk; who has no velocity yet stays. */
export function moveOn(spot: Spot, seconds: number): Spot {
  const { x, y, scale, vx = 0, vy = 0 } = spot;
  return { ...spot, x: x + (vx * seconds) / scale, y: y + (vy * seconds) / scale };
}

/** By the nearer one's scale, which is the smaller. */
export function metresBetween(a: Spot, b: Spot): number {
  return lengthOf(a.x - b.x, a.y - b.y) * Math.min(a.scale, b.scale);
}

/** Distance of a spot to the way that another leads over so many seconds: whoever walks may stop anywhere on it. */
export function metresFromWay(from: Spot, seconds: number, to: Spot): number {
  const end = moveOn(from, seconds);
  const x = end.x - from.x;
  const y = end.y - from.y;
  const squared = x * x + y * y;
  const along = squared === 0 ? 0 : ((to.x - from.x) * x + (to.y - from.y) * y) / squared;
  const share = Math.max(0, Math.min(1, along));
  return metresBetween({ ...from, x: from.x + share * x, y: from.y + share * y }, to);
}
