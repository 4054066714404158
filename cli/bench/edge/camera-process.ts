// One camera of a box as the box runs it, measured from inside: its frames, its processor time, its main thread's delay.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { pino } from "pino";
import { loadCamera } from "../../../config/load.ts";
import { BoxCamera } from "../../../edge/box-camera.ts";
import type { Frame } from "../../../edge/camera/frame.ts";
import { createInferencePool } from "../../../edge/detect/pool.ts";
import { Outbox } from "../../../edge/outbox/outbox.ts";
import { Publisher } from "../../../edge/outbox/publisher.ts";
import type { FrameDetector } from "../../../edge/pipeline.ts";
import { buildScene } from "../../../edge/scene/scene.ts";
import { detectorInput } from "../../../models/detector.ts";
import type { ReadyModel } from "../../../models/ready-model.ts";
import { treeMemoryMb } from "../../demo/memory.ts";
import { treeCpuMs } from "../process-cpu.ts";

/** Given as JSON in the first argument; a password is only ever named by its file. */
export interface CameraProcessOptions {
  readonly cameraFile: string;
  readonly model: ReadyModel;
  /** For the outbox. */
  readonly folder: string;
  readonly broker: { readonly url: string; readonly username: string; readonly passwordFile: string };
  /** From the first frame, when measuring begins and ends, ms: of media time in lock step, else of the clock. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly pace: "realtime-file" | "lock-step";
}

/** Printed as one line of JSON. */
export interface CameraRun {
  /** Frames analysed within the measured media time, and those due at the camera's rate. */
  readonly frames: number;
  readonly due: number;
  readonly cpuMs: number;
  readonly delayP99Ms: number;
  readonly rssMb: number;
  /** Frames in which the detector saw nobody, of those analysed. */
  readonly emptyFrames: number;
  readonly events: readonly EventSeen[];
}

/** What tells an event of one run from those of another: what it is about, and when. */
export interface EventSeen {
  readonly what: string;
  readonly tMs: number;
}

/** The histogram holds whole intervals of its timer, ms; a shorter one would be a load of its own. */
const TIMER_MS = 10;
/** Detections from here on go to the tracker, as in a box. */
const THRESHOLD = 0.1;
/** From here on a detection starts a track. */
const SURE = 0.5;
const BOX = "bench";

const options = JSON.parse(process.argv[2] ?? "{}") as CameraProcessOptions;
const log = pino({ level: process.env["NGATU_LOG"] ?? "fatal" }, pino.destination(2));
const loaded = loadCamera(options.cameraFile);
const events: EventSeen[] = [];

/** Keeps a list of what it is given: nobody acknowledges here, and nothing is to be read back. */
class ListingOutbox extends Outbox {
  override append(...args: Parameters<Outbox["append"]>): ReturnType<Outbox["append"]> {
    for (const { type, data } of args[0]) {
      const { rule, zone, lane, line, state, direction, t_ms: tMs = 0 } = data as Record<string, unknown>;
      if (rule === undefined) continue;
      events.push({
        what: JSON.stringify([type, rule, zone ?? lane ?? line, state, direction]),
        tMs: Number(tMs),
      });
    }
    return super.append(...args);
  }
}

const outbox = new ListingOutbox({ folder: options.folder, site: "bench", box: BOX });
const publisher = new Publisher({
  outbox,
  box: BOX,
  broker: options.broker,
  status: () => ({ version: "bench", contract: [1, 1], cameras: [] }),
  log,
});
const pool = createInferencePool({ detector: options.model, workers: 1, threshold: THRESHOLD, log });
const delay = monitorEventLoopDelay({ resolution: TIMER_MS });
let finish: (run: CameraRun) => void = () => undefined;
const measured = new Promise<CameraRun>((resolve) => {
  finish = resolve;
});

let firstMs: number | undefined;
let start: { readonly cpuMs: number; readonly tMs: number } | undefined;
let frames = 0;
let emptyFrames = 0;

function begin(tMs: number): void {
  start = { cpuMs: treeCpuMs(process.pid), tMs };
  delay.enable();
}

function end(tMs: number): void {
  delay.disable();
  const period = 1000 / (loaded.value.analyse_fps ?? 5);
  finish({
    frames,
    due: Math.round((tMs - (start?.tMs ?? 0)) / period),
    cpuMs: treeCpuMs(process.pid) - (start?.cpuMs ?? 0),
    delayP99Ms: Math.max(0, delay.percentile(99) / 1e6 - TIMER_MS),
    rssMb: treeMemoryMb(process.pid),
    emptyFrames,
    events,
  });
}

/** Called with each frame before it is analysed. */
function look({ time: { tMs } }: Frame): void {
  const first = firstMs === undefined;
  firstMs ??= tMs;
  if (options.pace === "lock-step") {
    if (start === undefined && tMs - firstMs >= options.fromMs) begin(tMs);
    else if (start !== undefined && tMs - firstMs >= options.toMs) end(tMs);
  } else if (first) {
    setTimeout(() => begin(options.fromMs), options.fromMs);
    setTimeout(() => end(options.toMs), options.toMs);
  }
  if (start !== undefined) frames++;
}

const detector: FrameDetector = {
  async detect(frame, smallIndex, picture) {
    look(frame);
    const detections = await pool.detect(frame, smallIndex, picture);
    if (start !== undefined && !detections.some(({ confidence }) => confidence >= SURE)) emptyFrames++;
    return detections;
  },
};

await pool.start();
publisher.start();
const camera = new BoxCamera({
  config: loaded.value,
  scene: buildScene(loaded),
  password: undefined,
  site: "bench",
  box: BOX,
  modelHashes: { detect: options.model.sha256 },
  inputs: { detect: detectorInput(options.model.entry) },
  detector,
  outbox,
  data: options.folder,
  publisher,
  pace: options.pace,
  log,
});
camera.start(undefined);
const result = await measured;
process.stdout.write(`${JSON.stringify(result)}\n`);
await camera.stop();
await pool.stop();
await publisher.stop();
outbox.close();
