// Who drove over the crosswalk before somebody on it: from where both truly were.
import { CROSSWALK } from "./junction.ts";
import type { TrailPoint } from "./driver.ts";

/** Nearer than this, to somebody who comes nearer, nobody can say that he gave way; farther than the other, nobody that he did not. */
const NEAR_M = 2.3;
const FAR_M = 4.2;
const HALF_ROAD_M = 10.5;
/** A vehicle that rolls slower gives way, m/s. */
const ROLLING_MS = 1.5;
/** Frames in which it must be plain. */
const LEAST_FRAMES = 3;

export interface Pressed {
  /** Seconds of the scene. */
  readonly since: number;
  readonly until: number;
  /** Whether one may see it this way or that. */
  readonly grey: boolean;
}

/** When a driver was on the crosswalk with a walker on it too near before or beside; undefined when never. */
export function pressedSince(
  driver: readonly TrailPoint[],
  walker: readonly TrailPoint[],
): Pressed | undefined {
  let near = 0;
  let since: number | undefined;
  let until = 0;
  for (const p of driver) {
    if (p.y < CROSSWALK.from || p.y > CROSSWALK.to || Math.abs(p.x) > HALF_ROAD_M) continue;
    // Who rides against the traffic has a negative speed along the approach.
    if (Math.abs(p.speed) < ROLLING_MS) continue;
    const index = walker.findIndex(({ t }) => t === p.t);
    const [now, before] = [walker[index], walker[index - 1]];
    if (now === undefined || Math.abs(now.x) > HALF_ROAD_M) continue;
    if (now.y < CROSSWALK.from || now.y > CROSSWALK.to) continue;
    const apart = Math.abs(now.x - p.x);
    const comes = before === undefined || Math.abs(before.x - p.x) > apart || apart < 1;
    if (apart > FAR_M || (!comes && apart > NEAR_M)) continue;
    since ??= p.t;
    until = p.t;
    if (comes && apart <= NEAR_M) near++;
  }
  return since === undefined ? undefined : { since, until, grey: near < LEAST_FRAMES };
}
