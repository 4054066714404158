// A four-arm junction with right-hand traffic, as drawn on the ground and in the camera's file.
import type { CameraConfig } from "../../../config/camera.ts";
import type { RuleConfig, RuleKind } from "../../../config/rule.ts";
import type { Place } from "../body.ts";
import { type Mast, project } from "../mast.ts";
import { round } from "../observe.ts";
import type { Random } from "../random.ts";

/*
 * Metres; the middle of the junction is (0, 0), the watched approach comes from the south. Northbound lanes
 * from the centre line outwards: cars, mixed, two-wheelers; then a shoulder and a footway.
 */
export const STOP_Y = -17;
export const NEAR_EXIT_Y = -11;
export const FAR_EXIT_Y = 10;
export const CAR_LANE = { from: 0, to: 3.5, middle: 1.75 } as const;
export const MIXED_LANE = { from: 3.5, to: 7 } as const;
export const BIKE_LANE = { from: 7, to: 10.5 } as const;
export const SHOULDER = { from: 10.5, to: 13, middle: 11.75 } as const;
export const FOOTWAY = { from: 13, to: 16.5, middle: 14.9 } as const;
export const KERB_ZONE = { from: -37, to: -22 } as const;
/** Where road users are counted, and the lane whose flow and queue are measured. */
export const GATE = { name: "gate", y: -24, from: 0, to: BIKE_LANE.to } as const;
export const COUNTED_LANE = { name: "north-3", ...BIKE_LANE } as const;
export const SIGNAL = "north";
export const STOPPING_S = 8;
export const BLOCKING_S = 5;
export const STALLED_S = 10;
export const LIMIT_KMH = 50;
/** Longer than any red light of a generated junction. */
export const CONGESTED_S = 32;
/** May use the two-wheelers' lane: what would be a case is an observation. */
export const EXEMPT_CLASS = "bus";
/** The crosswalk's stretch of the approach. */
export const CROSSWALK = { from: -15.5, to: -12.5 } as const;

export type Exit = "near" | "far" | "none";

/** One scene's camera and the choices its file makes. */
export interface Junction {
  readonly mast: Mast;
  readonly exit: Exit;
  /** Whether turning right on red is allowed. */
  readonly rightOnRed: boolean;
  /** Whether trucks may not use the mixed lane at the hour of the scene (a replay begins at 07:00 in Vietnam). */
  readonly closedToTrucks: boolean;
  /** Southern end of what the camera's file draws. */
  readonly nearY: number;
  /** Rules of the camera's file. */
  readonly rules: ReadonlySet<RuleKind>;
}

/** The rules this junction can be asked about. */
export const JUNCTION_RULES: readonly RuleKind[] = [
  "red-light",
  "stop-line",
  "wrong-way",
  "turn",
  "solid-line",
  "lane-class",
  "emergency-lane",
  "sidewalk",
  "stopping",
  "junction-block",
  "truck-hours",
  "riders",
  "speed",
  "pedestrian",
  "stalled",
  "yield",
  "congestion",
  "line-count",
  "flow",
  "queue",
];

/** `featured`: a rule that must be possible to break here. */
export function createJunction(rules: ReadonlySet<RuleKind>, random: Random, featured?: RuleKind): Junction {
  const mast: Mast = {
    x: random.between(2, 4),
    y: random.between(-62, -60),
    height: random.between(9.5, 11.5),
    yaw: random.between(-0.015, 0.015),
    pitch: random.between(0.25, 0.28),
    focal: random.between(1240, 1320),
    picture: { width: 1920, height: 1080 },
  };
  return {
    mast,
    exit: random.pick<Exit>(["near", "near", "far", "none"]),
    rightOnRed: random.chance(0.4) || featured === "yield",
    closedToTrucks: random.chance(0.6) || featured === "truck-hours",
    nearY: -40,
    rules,
  };
}

/** Whether a place lies in an upright rectangle of the ground. */
export function inside(place: Place, x: readonly [number, number], y: readonly [number, number]): boolean {
  return place.x >= x[0] && place.x <= x[1] && place.y >= y[0] && place.y <= y[1];
}

/** The camera's file for this junction. Throws when something drawn would lie outside the picture. */
export function cameraConfig(junction: Junction): CameraConfig {
  const { mast, nearY } = junction;
  const at = (x: number, y: number): [number, number] => {
    const seen = project(mast, x, y, 0);
    if (
      seen === undefined ||
      seen.u < 0 ||
      seen.v < 0 ||
      seen.u > mast.picture.width ||
      seen.v > mast.picture.height
    ) {
      throw new RangeError(`(${x}, ${y}) lies outside the picture`);
    }
    return [round(seen.u, 2), round(seen.v, 2)];
  };
  const strip = (from: number, to: number, y0: number, y1: number) => [
    at(from, y0),
    at(to, y0),
    at(to, y1),
    at(from, y1),
  ];
  const ahead = at((BIKE_LANE.to + CAR_LANE.from) / 2, 25);
  const lane = (name: string, edges: { from: number; to: number }) => ({
    name,
    polygon: strip(edges.from, edges.to, nearY, STOP_Y),
    towards: at((edges.from + edges.to) / 2, 0),
  });
  const bikes = {
    ...lane(COUNTED_LANE.name, BIKE_LANE),
    classes: ["motorcycle" as const, "bicycle" as const],
  };
  return {
    camera: "nga-tu-gia-lap",
    source: "detections.jsonl",
    picture: mast.picture,
    analyse_fps: 10,
    place: { name: "Ngã tư giả lập", latitude: 10.9804, longitude: 106.6519, heading_deg: 0 },
    products: ["traffic"],
    ground: {
      points: [
        [-10, nearY],
        [16, nearY],
        [16, STOP_Y],
        [-10, STOP_Y],
        [-10, 10],
        [14, 10],
      ].map(([x = 0, y = 0]) => ({ picture: at(x, y), metres: [x, y] })),
    },
    lines: [
      { name: "stop-north", from: at(0, STOP_Y), to: at(10.5, STOP_Y), towards: ahead, kind: "stop" },
      { name: "exit-near", from: at(-3, NEAR_EXIT_Y), to: at(13, NEAR_EXIT_Y), towards: ahead, kind: "exit" },
      { name: "exit-far", from: at(-0.5, FAR_EXIT_Y), to: at(11, FAR_EXIT_Y), towards: ahead, kind: "exit" },
      { name: "centre", from: at(0, nearY), to: at(0, STOP_Y - 2), towards: at(-5, -25), kind: "solid" },
      {
        name: GATE.name,
        from: at(GATE.from, GATE.y),
        to: at(GATE.to, GATE.y),
        towards: ahead,
        kind: "count",
      },
    ],
    lanes: [{ ...lane("north-1", CAR_LANE), speed_limit_kmh: LIMIT_KMH }, lane("north-2", MIXED_LANE), bikes],
    zones: [
      {
        name: "kerb",
        kind: "no-stopping",
        polygon: strip(BIKE_LANE.from, BIKE_LANE.to, KERB_ZONE.from, KERB_ZONE.to),
      },
      { name: "box", kind: "junction-box", polygon: strip(-9, 10.5, -8, 8) },
      { name: "footway", kind: "sidewalk", polygon: strip(FOOTWAY.from, FOOTWAY.to, nearY, STOP_Y) },
      {
        name: "shoulder",
        kind: "emergency-lane",
        polygon: strip(SHOULDER.from, SHOULDER.to, nearY, STOP_Y - 3),
      },
      { name: "road", kind: "carriageway", polygon: strip(-10.5, 10.5, nearY, STOP_Y - 1) },
      { name: "crosswalk", kind: "crosswalk", polygon: strip(-10.5, 10.5, CROSSWALK.from, CROSSWALK.to) },
      { name: "north-in", kind: "turn-from", polygon: strip(0, 10.5, nearY, STOP_Y) },
      { name: "south-out", kind: "turn-to", polygon: strip(-10.5, -3, -30, STOP_Y) },
      { name: "west-out", kind: "turn-to", polygon: strip(-28, -13, 0, 7) },
    ],
    signals: [{ name: SIGNAL, from: { mqtt: "controller-1/2" } }],
    rules: ruleConfigs(junction),
  };
}

function ruleConfigs({ exit, rightOnRed, closedToTrucks, rules }: Junction): RuleConfig[] {
  const all: RuleConfig[] = [
    {
      rule: "red-light",
      line: "stop-north",
      signal: SIGNAL,
      ...(exit === "none" ? {} : { exit: `exit-${exit}` }),
      ...(rightOnRed ? { allow: ["right" as const] } : {}),
    },
    { rule: "stop-line", line: "stop-north", signal: SIGNAL },
    { rule: "wrong-way", lane: "north-3" },
    { rule: "lane-class", lane: "north-3", exempt: [EXEMPT_CLASS] },
    { rule: "turn", from: "north-in", to: "south-out", name: "u-turn" },
    { rule: "turn", from: "north-in", to: "west-out", name: "no-left" },
    { rule: "solid-line", line: "centre" },
    { rule: "stopping", zone: "kerb", max_s: STOPPING_S },
    { rule: "junction-block", zone: "box", max_s: BLOCKING_S },
    { rule: "sidewalk", zone: "footway" },
    { rule: "emergency-lane", zone: "shoulder" },
    {
      rule: "truck-hours",
      lane: "north-2",
      hours: closedToTrucks ? ["06:00-09:00", "16:00-20:00"] : ["16:00-20:00"],
    },
    { rule: "speed", lane: "north-1" },
    { rule: "riders", lane: "north-2", max_passengers: 1 },
    { rule: "riders", lane: "north-3", max_passengers: 1 },
    { rule: "pedestrian", zone: "road" },
    { rule: "stalled", lane: "north-2", max_s: STALLED_S },
    { rule: "yield", zone: "crosswalk" },
    { rule: "congestion", lane: "north-2", hold_s: CONGESTED_S },
    { rule: "line-count", line: GATE.name },
    { rule: "flow", lane: COUNTED_LANE.name, every_s: 600 },
    { rule: "queue", lane: COUNTED_LANE.name, every_s: 600 },
  ];
  return all.filter((config) => rules.has(config.rule));
}
