// Where a road user is with respect to a line of the scene, and when it crosses.
import { crossingOf, signedDistance } from "../geometry/segment.ts";
import type { SceneLine } from "../scene/scene.ts";
import { type RoadUser, USUAL_HEIGHT_M } from "./road-user.ts";

/** Distance beyond the infinite line, forward positive: metres, by the usual height of the class where there is no ground. */
export function metresBeyond(line: SceneLine, user: RoadUser): number {
  if (user.metric && line.onGround !== undefined) {
    return signedDistance(line.onGround.segment, user.place) * line.onGround.forward;
  }
  return heightsBeyond(line, user) * (USUAL_HEIGHT_M[user.track.class] ?? 1.5);
}

/** The same in heights of the user's own box, measured in the picture. */
export function heightsBeyond(line: SceneLine, user: RoadUser): number {
  const { box } = user.track;
  const pixels = signedDistance(line.segment, user.foot) * line.forwardPicture;
  return pixels / Math.max(1, box.y2 - box.y1);
}

export interface LineCrossing {
  readonly direction: "forward" | "backward";
  /** Interpolated between the two frames. */
  readonly tMs: number;
  /** Whether it was between the drawn ends. */
  readonly within: boolean;
}

/** The crossing of the line between the last located frame and this one, if there was one. */
export function crossingBy(line: SceneLine, user: RoadUser, tMs: number): LineCrossing | undefined {
  if (!user.located || user.before === undefined) return undefined;
  const crossing = crossingOf(user.before.foot, user.foot, line.segment);
  if (crossing === undefined) return undefined;
  const forward = signedDistance(line.segment, user.foot) >= 0 === line.forwardPicture > 0;
  return {
    direction: forward ? "forward" : "backward",
    tMs: user.before.tMs + (tMs - user.before.tMs) * crossing.along,
    within: crossing.at >= 0 && crossing.at <= 1,
  };
}
