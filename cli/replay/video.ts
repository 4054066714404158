// Replays a video file or stream: camera, inference pool and pipeline in lock step.
import type { Logger } from "pino";
import type { CameraConfig } from "../../config/camera.ts";
import type { Loaded } from "../../config/load.ts";
import { openCamera } from "../../edge/camera/camera.ts";
import type { CameraOptions } from "../../edge/camera/camera-options.ts";
import type { Frame, FrameSource, SmallRequest } from "../../edge/camera/frame.ts";
import { CameraDetector } from "../../edge/detect/camera-detector.ts";
import { detectorView, type DetectorView, viewOfCamera } from "../../edge/detect/detector-view.ts";
import { createInferencePool, type InferencePool } from "../../edge/detect/pool.ts";
import type { PipelineEvent } from "../../edge/event/event-draft.ts";
import { type Pipeline, runPipeline } from "../../edge/pipeline.ts";
import { CaseWait } from "../../edge/plate/case-wait.ts";
import type { PlateModels } from "../../edge/plate/inspector.ts";
import { type PlateEye, PlateWatch } from "../../edge/plate/watch.ts";
import type { Scene } from "../../edge/scene/scene.ts";
import { LampWatch, lampsNeedFull } from "../../edge/signal/lamp-watch.ts";
import { detectorInput } from "../../models/detector.ts";
import type { ReadyModel } from "../../models/ready-model.ts";
import type { Annotation } from "./annotation.ts";
import type { CasePackages } from "./case-packages.ts";

/** Detections from here on are handed to the tracker, whose second pass prolongs tracks with the doubtful ones. */
export const DETECTION_THRESHOLD = 0.1;

export interface VideoReplay {
  readonly name: string;
  readonly source: string;
  readonly password: string | undefined;
  readonly detector: ReadyModel;
  /** Counts the people of zones by their density; absent: those who are followed are counted. */
  readonly density?: ReadyModel | undefined;
  /** Says how the detector looks; absent: the whole picture at the network's own size. */
  readonly camera: Loaded<CameraConfig> | undefined;
  /** The scene that the camera file draws; absent: there are no lamps to read. */
  readonly scene: Scene | undefined;
  /** Most frames analysed per second of media time; 0: every frame. */
  readonly fps: number;
  readonly startMs: number;
  readonly realtime: boolean;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Draws every frame; absent: nothing is drawn. */
  readonly annotation: Annotation | undefined;
  /** Finds and reads plates of vehicles; absent: nobody does. */
  readonly plates: PlateModels | undefined;
  /** Makes packages of cases; absent: none are made. */
  readonly packages?: CasePackages | undefined;
  /** Called at the first frame, when the picture's size is known. */
  pipeline(picture: { readonly width: number; readonly height: number }): Pipeline;
  onEvents(events: readonly PipelineEvent[]): Promise<void>;
  onFrame(tMs: number): void;
}

/** Runs until the source ends. Resolves with the pipeline; undefined when the source had no frame. */
export async function replayVideo(replay: VideoReplay): Promise<Pipeline | undefined> {
  const { entry } = replay.detector;
  const view = replay.camera === undefined ? detectorView(entry) : viewOfCamera(entry, replay.camera);
  const needsFull = replay.scene !== undefined && lampsNeedFull(replay.scene, view.input);
  const pool = createInferencePool({
    detector: replay.detector,
    views: [view],
    plates: replay.plates,
    threshold: DETECTION_THRESHOLD,
    densities: replay.density === undefined ? [] : [replay.density],
    log: replay.log,
  });
  await pool.start();
  const source = openCamera({
    name: replay.name,
    source: replay.source,
    password: replay.password,
    request: {
      small: [...smallRequests(view), ...densityRequests(replay)],
      ...replay.packages?.witness?.request,
      full: replay.annotation !== undefined || replay.plates !== undefined || needsFull,
      fps: replay.fps,
    },
    pace: paceOf(replay),
    startMs: replay.startMs,
    log: replay.log,
  });
  try {
    return await run(replay, source, pool, view);
  } finally {
    await source.stop();
    await pool.stop();
  }
}

async function run(
  replay: VideoReplay,
  source: FrameSource,
  pool: InferencePool,
  view: DetectorView,
): Promise<Pipeline | undefined> {
  const frames = source.frames(replay.signal)[Symbol.asyncIterator]();
  const first = await frames.next();
  if (first.done === true || source.picture === undefined) return undefined;
  const pipeline = replay.pipeline(source.picture);
  const { packages } = replay;
  packages?.witness?.watch(source);
  const detector = new CameraDetector({
    pool,
    view,
    scene: pipeline.scene,
    errand: { camera: replay.name, priority: "case" },
    density: replay.density?.name,
  });
  const cases = new CaseWait();
  const told = async (events: readonly PipelineEvent[]): Promise<void> => {
    if (events.length === 0) return;
    replay.annotation?.raise(events);
    await replay.onEvents(events);
  };
  await runPipeline({
    pipeline,
    source: { ...viewOf(source), frames: () => observed(first.value, frames, replay) },
    detector,
    ...(replay.plates === undefined ? {} : { plates: lockStepWatch(detector, cases) }),
    smallIndex: {
      detect: 0,
      ...(replay.density === undefined ? {} : { people: smallRequests(view).length }),
    },
    lamps: new LampWatch(view.input),
    onEvents: async (events, frame) => {
      await told(replay.plates === undefined ? events : cases.take(events, frame.time.tMs));
    },
    onFrame: async (frame) => {
      await told(cases.due(frame.time.tMs, (trackId) => pipeline.plateOf(trackId)));
      packages?.witness?.see(frame.time.tMs, pipeline.bodies());
      await packages?.keepUp();
      await replay.annotation?.draw(pipeline, frame);
    },
    signal: replay.signal,
  });
  await told(cases.finish());
  await packages?.finish();
  return pipeline;
}

function lockStepWatch(eye: PlateEye, cases: CaseWait): PlateWatch {
  const onError = (error: unknown): never => {
    throw error;
  };
  return new PlateWatch({ eye, cases, lockStep: true, onError });
}

function smallRequests({ input, tiling }: DetectorView): SmallRequest[] {
  return tiling === undefined ? [input] : [input, tiling.canvas];
}

function densityRequests({ density }: VideoReplay): SmallRequest[] {
  return density === undefined ? [] : [detectorInput(density.entry)];
}

/** The frames with the first one, already taken, in front. */
async function* observed(
  first: Frame,
  rest: AsyncIterator<Frame>,
  replay: VideoReplay,
): AsyncGenerator<Frame> {
  let next: IteratorResult<Frame> = { value: first };
  while (next.done !== true) {
    const { tMs } = next.value.time;
    yield next.value;
    replay.onFrame(tMs);
    next = await rest.next();
  }
}

function viewOf(source: FrameSource): Omit<FrameSource, "frames"> {
  return {
    get state() {
      return source.state;
    },
    get dropped() {
      return source.dropped;
    },
    get picture() {
      return source.picture;
    },
    stop: () => source.stop(),
  };
}

function paceOf(replay: VideoReplay): CameraOptions["pace"] {
  if (!replay.realtime) return "lock-step";
  return /^rtsps?:/.test(replay.source) ? "live" : "realtime-file";
}
