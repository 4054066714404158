// Places along a lane: metres in its direction of travel.
import type { Point } from "../../geometry/box.ts";
import { groundAt } from "../../scene/ground.ts";
import type { Scene, SceneLane } from "../../scene/scene.ts";

export interface LaneWay {
  readonly direction: Point;
  /** Metres along the direction: the lane's two ends and its middle. */
  readonly fromM: number;
  readonly toM: number;
  readonly middleM: number;
}

/** By lane, which belongs to one scene and never changes. */
const ways = new WeakMap<SceneLane, LaneWay>();

/** The lane's extent on the ground; undefined without ground, or where the lane reaches the horizon. */
export function laneWay(lane: SceneLane, scene: Scene): LaneWay | undefined {
  const known = ways.get(lane) ?? measure(lane, scene);
  if (known !== undefined) ways.set(lane, known);
  return known;
}

function measure(lane: SceneLane, scene: Scene): LaneWay | undefined {
  const { ground } = scene;
  const direction = lane.directionGround;
  if (ground === undefined || direction === undefined) return undefined;
  const along = lane.polygon.map((corner) => {
    const place = groundAt(ground, corner);
    return place === undefined ? Number.NaN : alongLane({ direction }, place);
  });
  if (along.some(Number.isNaN)) return undefined;
  const [fromM, toM] = [Math.min(...along), Math.max(...along)];
  // Of the ground: the middle of its picture lies much nearer to the camera.
  return { direction, fromM, toM, middleM: (fromM + toM) / 2 };
}

export function alongLane({ direction }: { readonly direction: Point }, place: Point): number {
  return place.x * direction.x + place.y * direction.y;
}
