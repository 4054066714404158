// The squares where crowds are: an open plaza and the way to a gate, before a camera on a mast.
import type { CameraConfig } from "../../../config/camera.ts";
import type { RuleConfig } from "../../../config/rule.ts";
import type { Place } from "../body.ts";
import { type Mast, project } from "../mast.ts";
import { round } from "../observe.ts";
import type { Random } from "../random.ts";

/** An upright rectangle of the ground in metres. */
export interface Area {
  readonly name: string;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** The mast stands at (0, 0) and looks north over these. */
export const PLAZA: Area = { name: "plaza", x: [-9, 9], y: [13, 30] };
export const GATE: Area = { name: "gate", x: [-3, 3], y: [16, 22] };
export const CORRIDOR: Area = { name: "corridor", x: [-3, 3], y: [13, 30] };

export function areaM2({ x, y }: Area): number {
  return (x[1] - x[0]) * (y[1] - y[0]);
}

export function holds({ x, y }: Area, place: Place): boolean {
  return place.x >= x[0] && place.x <= x[1] && place.y >= y[0] && place.y <= y[1];
}

/** A place in an area, `margin` metres from its edges. */
export function somewhere({ x, y }: Area, random: Random, margin = 0): Place {
  return { x: random.between(x[0] + margin, x[1] - margin), y: random.between(y[0] + margin, y[1] - margin) };
}

export function squareMast(random: Random): Mast {
  return {
    x: 0,
    y: 0,
    height: random.between(8.5, 10),
    yaw: random.between(-0.02, 0.02),
    pitch: random.between(0.4, 0.44),
    focal: random.between(820, 900),
    picture: { width: 1280, height: 720 },
  };
}

/** The camera's file: one crowd zone and the rules asked of it. */
export function squareConfig(
  mast: Mast,
  area: Area,
  rules: readonly RuleConfig[],
  capacity: number,
): CameraConfig {
  const at = (x: number, y: number): [number, number] => {
    const seen = project(mast, x, y, 0);
    if (seen === undefined || seen.u < 0 || seen.v < 0 || seen.u > 1280 || seen.v > 720) {
      throw new RangeError(`(${x}, ${y}) lies outside the picture`);
    }
    return [round(seen.u, 2), round(seen.v, 2)];
  };
  const corners = (of: Area): [number, number][] => [
    [of.x[0], of.y[0]],
    [of.x[1], of.y[0]],
    [of.x[1], of.y[1]],
    [of.x[0], of.y[1]],
  ];
  return {
    camera: "quang-truong-gia-lap",
    source: "detections.jsonl",
    picture: mast.picture,
    analyse_fps: 5,
    place: { name: "Quảng trường giả lập", latitude: 10.9804, longitude: 106.6519 },
    products: ["crowd"],
    ground: { points: corners(PLAZA).map(([x, y]) => ({ picture: at(x, y), metres: [x, y] })) },
    zones: [{ name: area.name, kind: "crowd", polygon: corners(area).map(([x, y]) => at(x, y)), capacity }],
    rules: [...rules],
  };
}
