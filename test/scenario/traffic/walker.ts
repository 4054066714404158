// People on foot: along the footway, over the crosswalk, and where they should not be.
import type { Body, Place } from "../body.ts";
import type { TrailPoint } from "./driver.ts";

/** Someone who walks a path of places at one speed, from a start time in seconds. */
export interface Walker {
  readonly id: number;
  readonly path: readonly Place[];
  readonly speed: number;
  readonly from: number;
  readonly trail: TrailPoint[];
}

/** The person at time t; undefined before the start and after the end of the path. */
export function walkerBody(walker: Walker, t: number): Body | undefined {
  let left = (t - walker.from) * walker.speed;
  if (left < 0) return undefined;
  for (let index = 1; index < walker.path.length; index++) {
    const a = walker.path[index - 1] as Place;
    const b = walker.path[index] as Place;
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    if (left <= length) {
      const share = length === 0 ? 0 : left / length;
      return {
        id: walker.id,
        class: "person",
        x: a.x + share * (b.x - a.x),
        y: a.y + share * (b.y - a.y),
        heading: Math.atan2(b.y - a.y, b.x - a.x),
        length: 0.35,
        width: 0.5,
        height: 1.65,
        base: 0,
        group: walker.id,
        plate: undefined,
      };
    }
    left -= length;
  }
  return undefined;
}
