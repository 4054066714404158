// A scene: what a camera's picture means. Built once, never changed; a changed scene is another value with another hash.
import type { CameraConfig, Picture, Signal } from "../../config/camera.ts";
import { ConfigError } from "../../config/fault.ts";
import type { Loaded } from "../../config/load.ts";
import type { RuleConfig } from "../../config/rule.ts";
import type { Static } from "typebox";
import type { Point } from "../geometry/box.ts";
import type { Segment } from "../geometry/segment.ts";
import type { Polygon } from "../geometry/polygon.ts";
import { type Ground, solveGround } from "./ground.ts";
import { placeLane, placeLine, placeZone, toPoint } from "./place.ts";
import { sceneFaults } from "./faults.ts";
import { hashOf } from "./hash.ts";

export interface SceneLine {
  readonly name: string;
  readonly kind: "stop" | "exit" | "solid" | "count";
  readonly segment: Segment;
  /** Sign of {@link signedDistance} in the picture on the far side: a crossing to that side is `forward`. */
  readonly forwardPicture: 1 | -1;
  /** The same on the ground; absent without ground or where an end lies beyond the horizon. */
  readonly onGround?: { readonly segment: Segment; readonly forward: 1 | -1 };
}

export interface SceneLane {
  readonly name: string;
  readonly polygon: Polygon;
  /** Unit vector of travel in the picture. */
  readonly directionPicture: Point;
  /** Unit vector of travel on the ground; absent without ground. */
  readonly directionGround?: Point;
  readonly classes?: readonly string[];
  readonly speedLimitKmh?: number;
}

export interface SceneZone {
  readonly name: string;
  readonly kind: string;
  readonly polygon: Polygon;
  readonly capacity?: number;
  /** Area on the ground, square metres; absent without ground or where the zone reaches the horizon. */
  readonly areaM2?: number;
}

export type SceneSignal = Static<typeof Signal>;

export interface Scene {
  readonly camera: string;
  /** SHA-256 of the scene's canonical JSON, hex. */
  readonly hash: string;
  readonly picture: Picture;
  readonly ground?: Ground;
  readonly lines: ReadonlyMap<string, SceneLine>;
  readonly lanes: ReadonlyMap<string, SceneLane>;
  readonly zones: ReadonlyMap<string, SceneZone>;
  readonly signals: ReadonlyMap<string, SceneSignal>;
  readonly rules: readonly RuleConfig[];
}

/** Builds the scene of a camera file. Throws {@link ConfigError} with every fault of geometry and of names. */
export function buildScene(loaded: Loaded<CameraConfig>): Scene {
  const faults = sceneFaults(loaded);
  if (faults.length > 0) throw new ConfigError(faults);
  return sceneOf(loaded.value);
}

/** The scene of a camera without a camera file: one crowd zone over the whole picture and a middle line each way. */
export function defaultScene(picture: Picture, camera = "camera"): Scene {
  const { width, height } = picture;
  return sceneOf({
    camera,
    source: "-",
    picture: { width, height },
    zones: [
      {
        name: "picture",
        kind: "crowd",
        polygon: [
          [0, 0],
          [width, 0],
          [width, height],
          [0, height],
        ],
      },
    ],
    lines: [
      {
        name: "middle-x",
        kind: "count",
        from: [width / 2, 0],
        to: [width / 2, height],
        towards: [width, height / 2],
      },
      {
        name: "middle-y",
        kind: "count",
        from: [0, height / 2],
        to: [width, height / 2],
        towards: [width / 2, height],
      },
    ],
    rules: [
      { rule: "line-count", line: "middle-x" },
      { rule: "line-count", line: "middle-y" },
    ],
  });
}

/** Whether a picture of this size shows what the scene was drawn on: the same aspect ratio, within one per cent. */
export function sceneFits(
  scene: Scene,
  picture: { readonly width: number; readonly height: number },
): boolean {
  const drawn = scene.picture.width / scene.picture.height;
  const seen = picture.width / picture.height;
  return Math.abs(seen / drawn - 1) <= 0.01;
}

function sceneOf(config: CameraConfig): Scene {
  const ground =
    config.ground === undefined
      ? undefined
      : solveGround(
          config.ground.points.map((pair) => ({ from: toPoint(pair.picture), to: toPoint(pair.metres) })),
          config.picture,
          config.ground.camera_height_m,
          config.ground.distortion,
        );
  const { camera, picture, lines = [], lanes = [], zones = [], signals = [], rules = [] } = config;
  const meaning = { camera, picture, ground: config.ground ?? null, lines, lanes, zones, signals, rules };
  return {
    camera,
    hash: hashOf(meaning),
    picture,
    ...(ground === undefined ? {} : { ground }),
    lines: new Map(lines.map((line) => [line.name, placeLine(line, ground)])),
    lanes: new Map(lanes.map((lane) => [lane.name, placeLane(lane, ground)])),
    zones: new Map(zones.map((zone) => [zone.name, placeZone(zone, ground)])),
    signals: new Map(signals.map((signal) => [signal.name, signal])),
    rules,
  };
}
