// Plays one clip through the whole analysis and keeps its red-light alarms and the signal's state frame by frame.
import { pino } from "pino";
import { loadCamera } from "../../../config/load.ts";
import type { SignalState } from "../../../config/camera.ts";
import { replayIdentity } from "../../../edge/event/identity.ts";
import type { PipelineEvent } from "../../../edge/event/event-draft.ts";
import { createPipeline, type Pipeline } from "../../../edge/pipeline.ts";
import { isStale } from "../../../edge/rules/signals.ts";
import { buildScene, type Scene } from "../../../edge/scene/scene.ts";
import type { ReadyModel } from "../../../models/ready-model.ts";
import { replayVideo } from "../../replay/video.ts";
import type { Alarm } from "./match.ts";

export interface PlayedClip {
  readonly alarms: readonly Alarm[];
  /** By frame; undefined: not decided. */
  readonly states: readonly (SignalState | undefined)[];
}

const RULES: ReadonlySet<unknown> = new Set(["red-light", "stop-line"]);
const CASE = "vn.ngatu.traffic.case.v1";

export async function playClip(
  source: string,
  cameraFile: string,
  detector: ReadyModel,
): Promise<PlayedClip> {
  const loaded = loadCamera(cameraFile);
  const scene = buildScene(loaded);
  const timesMs: number[] = [];
  const states: (SignalState | undefined)[] = [];
  const cases: PipelineEvent[] = [];
  let pipeline: Pipeline | undefined;
  await replayVideo({
    name: scene.camera,
    source,
    password: undefined,
    detector,
    camera: loaded,
    scene,
    fps: 0,
    startMs: 0,
    realtime: false,
    annotation: undefined,
    plates: undefined,
    signal: new AbortController().signal,
    log: pino({ level: "warn" }, process.stderr),
    pipeline: () => (pipeline = pipelineOf(scene, detector)),
    onEvents: (events) => {
      cases.push(
        ...events.filter(
          ({ draft }) => draft.type === CASE && "rule" in draft.data && RULES.has(draft.data.rule),
        ),
      );
      return Promise.resolve();
    },
    onFrame: (tMs) => {
      timesMs.push(tMs);
      states.push(stateOf(pipeline, scene, tMs));
    },
  });
  return { alarms: cases.map((event) => alarmOf(event, timesMs)), states };
}

function pipelineOf(scene: Scene, detector: ReadyModel): Pipeline {
  return createPipeline({
    site: "eval",
    box: "eval",
    camera: scene.camera,
    modelHashes: { detect: detector.sha256 },
    identify: replayIdentity(detector.sha256),
    scene,
  });
}

/** Of the signal that the scene's red-light rule looks at. */
function stateOf(pipeline: Pipeline | undefined, scene: Scene, tMs: number): SignalState | undefined {
  const rule = scene.rules.find((each) => each.rule === "red-light");
  const reading = rule === undefined ? undefined : pipeline?.latest?.signals.get(rule.signal);
  return reading === undefined || isStale(reading, tMs) || reading.state === "unknown"
    ? undefined
    : reading.state;
}

function alarmOf({ draft }: PipelineEvent, timesMs: readonly number[]): Alarm {
  const { rule, because } = draft.data as unknown as {
    rule: string;
    because: { crossed_ms: number; crossed_box: Alarm["box"] };
  };
  return { rule, frame: nearest(timesMs, because.crossed_ms), box: because.crossed_box };
}

/** The frame taken closest to a moment. */
function nearest(timesMs: readonly number[], tMs: number): number {
  let best = 0;
  for (const [index, each] of timesMs.entries()) {
    if (Math.abs(each - tMs) < Math.abs((timesMs[best] ?? 0) - tMs)) best = index;
  }
  return best;
}
