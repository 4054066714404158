// A street seen from straight above (20 px a metre, 64 × 36 m) and actors on hand-written paths: what the rules' tests drive.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SignalState } from "../../../config/camera.ts";
import { loadCamera } from "../../../config/load.ts";
import { loadOffences } from "../../../config/offences.ts";
import type { ClassName } from "../../../contract/common.ts";
import type { Detection } from "../../../edge/detect/detection.ts";
import type { EventDraft } from "../../../edge/event/event-draft.ts";
import { replayIdentity } from "../../../edge/event/identity.ts";
import { createTruthVote } from "../../../edge/event/truth.ts";
import { createPipeline, type Pipeline } from "../../../edge/pipeline.ts";
import { buildScene, type Scene } from "../../../edge/scene/scene.ts";

export const PX_PER_M = 20;

const HEAD = `camera: street
source: none.mp4
picture: {width: 1280, height: 720}
`;
export const GROUND = `ground:
  points:
    - {picture: [0, 0], metres: [0, 0]}
    - {picture: [1280, 0], metres: [64, 0]}
    - {picture: [1280, 720], metres: [64, 36]}
    - {picture: [0, 720], metres: [0, 36]}
`;

/** A scene from the rest of a camera file. */
export function sceneOf(rest: string, ground = GROUND): Scene {
  const folder = mkdtempSync(join(tmpdir(), "ngatu-scene-"));
  try {
    const file = join(folder, "camera.yaml");
    writeFileSync(file, HEAD + ground + rest);
    return buildScene(loadCamera(file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Where an actor's bottom centre is at a time, metres; undefined while it is not there. */
export type Path = (t: number) => { x: number; y: number } | undefined;

export interface Actor {
  readonly class: ClassName;
  readonly path: Path;
  readonly id?: number;
  /** Width and height of the box, metres. */
  readonly size?: readonly [number, number];
}

/** Straight movement at constant speed between times, standing before and after within [from, to]. */
export function drive(points: readonly [t: number, x: number, y: number][]): Path {
  return (t) => {
    const first = points[0];
    const last = points.at(-1);
    if (first === undefined || last === undefined || t < first[0] || t > last[0]) return undefined;
    const next = Math.max(
      1,
      points.findIndex((point) => point[0] >= t),
    );
    const [t0, x0, y0] = points[next - 1] ?? first;
    const [t1, x1, y1] = points[next] ?? last;
    const share = t1 === t0 ? 0 : (t - t0) / (t1 - t0);
    return { x: x0 + (x1 - x0) * share, y: y0 + (y1 - y0) * share };
  };
}

const SIZES: Partial<Record<ClassName, readonly [number, number]>> = {
  car: [2, 1.6],
  bus: [3, 3],
  truck: [3, 3],
  motorcycle: [1, 1.2],
  bicycle: [1, 1.2],
  person: [0.8, 1.7],
  rider: [0.8, 1.4],
  head: [0.3, 0.3],
};

export function detectionOf(actor: Actor, at: { x: number; y: number }): Detection {
  const [width, height] = actor.size ?? SIZES[actor.class] ?? [1, 1];
  const x = at.x * PX_PER_M;
  const y = at.y * PX_PER_M;
  return {
    box: { x1: x - (width * PX_PER_M) / 2, y1: y - height * PX_PER_M, x2: x + (width * PX_PER_M) / 2, y2: y },
    class: actor.class,
    confidence: 0.9,
    ...(actor.id === undefined ? {} : { truthId: actor.id }),
  };
}

export interface Play {
  readonly scene: Scene;
  readonly actors: readonly Actor[];
  readonly untilS: number;
  readonly fps?: number;
  /** Wall time of the beginning, ms since 1970 UTC. */
  readonly startMs?: number;
  /** Signal states at a time. */
  readonly signals?: (t: number) => Record<string, SignalState> | undefined;
  /** Whether the detector misses an actor in a frame. */
  readonly missed?: (frame: number, actor: number) => boolean;
  readonly picture?: { readonly width: number; readonly height: number };
  /** Called before each frame. */
  readonly before?: (pipeline: Pipeline, t: number) => void;
}

export function startPipeline(scene: Scene): Pipeline {
  return createPipeline({
    site: "test",
    box: "test",
    camera: scene.camera,
    modelHashes: {},
    identify: replayIdentity("00"),
    offences: loadOffences(),
    scene,
    truth: createTruthVote(),
  });
}

/** Plays the actors through tracker and rules; the events of the whole play, the end's included. */
export function play(options: Play): EventDraft[] {
  const { scene, actors, untilS, fps = 10, startMs = 0, signals } = options;
  const pipeline = startPipeline(scene);
  const events: EventDraft[] = [];
  const frames = Math.round(untilS * fps);
  for (let frame = 0; frame <= frames; frame++) {
    const t = frame / fps;
    const tMs = t * 1000;
    options.before?.(pipeline, t);
    const detections = actors.flatMap((actor, index) => {
      const at = actor.path(t);
      return at === undefined || options.missed?.(frame, index) === true ? [] : [detectionOf(actor, at)];
    });
    const states = signals?.(t);
    const captureMs = startMs + tMs;
    const seen = pipeline.see({
      time: { ptsMs: tMs, tMs, timeline: 0, captureMs, method: "media", boxArrivalMs: captureMs },
      detections,
      ...(states === undefined ? {} : { signals: states }),
      ...(options.picture === undefined ? {} : { picture: options.picture }),
    });
    events.push(...seen.map(({ draft }) => draft));
  }
  events.push(...pipeline.finish().map(({ draft }) => draft));
  return events;
}

/** The `data` of the events of one rule, loosely typed for tests. */
export function dataOf(events: readonly EventDraft[], rule: string): Record<string, unknown>[] {
  return events.map((event) => event.data as Record<string, unknown>).filter((data) => data["rule"] === rule);
}

export function typesOf(events: readonly EventDraft[], rule: string): string[] {
  return events.filter((event) => (event.data as { rule?: string }).rule === rule).map((event) => event.type);
}
