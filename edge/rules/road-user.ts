// A track placed in the scene: where it touches the ground, how it moves, who rides on what.
import type { Point } from "../geometry/box.ts";
import type { Track } from "../track/track.ts";

/** Where a road user was in a frame in which it was located. */
export interface Located {
  readonly tMs: number;
  readonly foot: Point;
  readonly place: Point;
}

/**
 * A road user or person of one frame. The same object and its points are filled again in each frame: they hold
 * until the next one, and whoever needs a value later copies it. Places are in metres: on the scene's ground plane where it has one, else
 * dead-reckoned from the picture by the usual height of the class (see `metric`), good for lengths, not for places.
 */
export interface RoadUser {
  readonly track: Track;
  /** Bottom centre of the box, pixels of the picture at rest; for a head, where its body stands. */
  readonly foot: Point;
  /** Metres; see above. */
  readonly place: Point;
  /** Whether `place` lies on the scene's ground plane. */
  readonly metric: boolean;
  /** Seen in this frame and not cut by an edge of the picture: only then is a crossing or an entry judged. */
  readonly located: boolean;
  /** In this frame the track is where its road user cannot be: it has gone over to another one. */
  readonly renewed: boolean;
  /** The last located frame before this one, for movements across lines; absent at first sight and after a gap over 2 s. */
  readonly before?: Located | undefined;
  /** Mean velocity over the last second, metres per second; absent until 0.5 s of movement are known. */
  readonly velocity?: Point | undefined;
  /** Length of `velocity`. */
  readonly speedMs?: number | undefined;
  /** Unit vector of its last movement faster than 1 m/s, in the plane of `place`; kept while it stands. */
  readonly heading?: Point | undefined;
  /** Media time since which it stands (slower than 0.3 m/s over at least 1 s); absent while it moves. */
  readonly standingSinceMs?: number | undefined;
  /** The two-wheeler that a person rides on: such a person is no pedestrian. */
  readonly ridesOn?: number | undefined;
  /** People on a two-wheeler in this frame. */
  readonly people: number;
}

/** Usual heights of whole road users with whoever rides on them, metres: the scale where no ground is known. */
export const USUAL_HEIGHT_M: Readonly<Record<string, number>> = {
  person: 1.65,
  rider: 1.3,
  bicycle: 1.1,
  motorcycle: 1.1,
  car: 1.5,
  bus: 3,
  truck: 3,
  head: 0.25,
};

export function isVehicle(user: RoadUser): boolean {
  const { class: name } = user.track;
  return name === "bicycle" || name === "motorcycle" || name === "car" || name === "bus" || name === "truck";
}

/** A person on foot: no rider, and not on a two-wheeler under the name of a person. */
export function isPedestrian(user: RoadUser): boolean {
  return user.track.class === "person" && user.ridesOn === undefined;
}

/** The box as an event carries it: what the detector drew in this frame, else the predicted one. */
export function seenBox(user: RoadUser): readonly [number, number, number, number] {
  const { x1, y1, x2, y2 } = user.track.detected ?? user.track.box;
  return [x1, y1, x2, y2];
}
