// Ways through the junction: from distance along an approach and lateral place to a place on the ground.
import type { Place } from "../body.ts";

export type Arm = "north" | "south" | "east" | "west";

/**
 * An approach's own frame: `s` metres along the direction of travel (0 at the junction's middle), `lateral` metres
 * to the right of the centre line. A turn leaves the straight at `turnAt` on a circle of `radius`.
 */
export type Route =
  | { readonly kind: "straight" }
  | { readonly kind: "right" | "left" | "u-turn"; readonly turnAt: number; readonly radius: number };

export interface Pose extends Place {
  /** Radians from east, counter-clockwise. */
  readonly heading: number;
}

/** Where a vehicle's middle is, `s` metres along its route, in the frame of the approach it came by. */
export function poseAlong(arm: Arm, route: Route, s: number, lateral: number): Pose {
  return rotated(arm, routePose(route, s, lateral));
}

/** In the frame of the northbound approach. */
function routePose(route: Route, s: number, lateral: number): Pose {
  if (route.kind === "straight" || s <= route.turnAt) return { x: lateral, y: s, heading: Math.PI / 2 };
  const side = route.kind === "right" ? 1 : -1;
  const full = route.kind === "u-turn" ? Math.PI : Math.PI / 2;
  const beyond = s - route.turnAt;
  const angle = Math.min(full, beyond / route.radius);
  const straight = beyond - angle * route.radius;
  const heading = Math.PI / 2 - side * angle;
  return {
    x: lateral + side * route.radius * (1 - Math.cos(angle)) + straight * Math.cos(heading),
    y: route.turnAt + route.radius * Math.sin(angle) + straight * Math.sin(heading),
    heading,
  };
}

/** `north` is the direction of travel of the watched approach, `east` of traffic that comes from the west. */
function rotated(arm: Arm, pose: Pose): Pose {
  switch (arm) {
    case "north":
      return pose;
    case "south":
      return { x: -pose.x, y: -pose.y, heading: pose.heading + Math.PI };
    case "east":
      return { x: pose.y, y: -pose.x, heading: pose.heading - Math.PI / 2 };
    case "west":
      return { x: -pose.y, y: pose.x, heading: pose.heading + Math.PI / 2 };
  }
}
