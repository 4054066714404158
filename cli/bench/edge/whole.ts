// Measures a whole camera of a box beside its two limits, in turns, so that all three meet the same machine.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Logger } from "pino";
import { parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import { workerFile } from "../../../edge/worker-file.ts";
import type { ReadyModel } from "../../../models/ready-model.ts";
import { EmbeddedBroker } from "../../../server/broker.ts";
import { quantile } from "../quantile.ts";
import type { CameraProcessOptions, CameraRun } from "./camera-process.ts";
import { CLIP_S, makeEdgeClip } from "./clip.ts";
import { decodeCpuMs, inferenceCpuMs } from "./limits.ts";

const run = promisify(execFile);

/** One turn: the limits and the whole, each for one analysed frame, ms of processor time. */
export interface EdgeTurn {
  readonly decodeMs: number;
  readonly inferenceMs: number;
  readonly pipelineMs: number;
}

export interface EdgeFigures {
  readonly decode_cpu_ms: number;
  readonly inference_cpu_ms: number;
  /** Of all processes, as fast as the frames are analysed: the pace at which the limits are measured too. */
  readonly pipeline_cpu_ms: number;
  /** Median over the turns of (decoding + inference) ÷ the whole. */
  readonly efficiency: number;
  /** That one core's time is enough for, at the real pace. */
  readonly cameras_per_core: number;
  /** In real time, as the three that follow. */
  readonly main_thread_delay_p99_ms: number;
  readonly rss_mb: number;
  /** A processor that sleeps between frames finds its caches cold: more than `pipeline_cpu_ms`. */
  readonly realtime_cpu_ms: number;
  /** Of frames that were due, those that a later one overtook. */
  readonly dropped_share: number;
  readonly runs: number;
  readonly model: string;
  readonly load_average: number;
}

export const ANALYSE_FPS = 5;
/** Media time measured at full speed: after the compiler has settled, before the clip's end. */
const FULL_SPEED = { fromMs: 12_000, toMs: (CLIP_S - 2) * 1000 } as const;
/** The same in real time, where the compiler settles as soon. */
const REAL_TIME = { fromMs: 5_000, toMs: 35_000 } as const;
const RUN_TIMEOUT_MS = 180_000;
const BOX = "bench";

export interface EdgeBench {
  readonly model: ReadyModel;
  /** A sample clip to make the camera's picture of; without one, a test picture. */
  readonly sample: string | undefined;
  readonly runs: number;
  readonly log: Logger;
  /** Told what is being done, and what each turn gave. */
  readonly progress: (line: string) => void;
}

export async function measureEdge({ model, sample, runs, log, progress }: EdgeBench): Promise<EdgeFigures> {
  const folder = mkdtempSync(join(tmpdir(), "ngatu-bench-edge-"));
  const broker = new EmbeddedBroker({ boxes: [BOX], log });
  try {
    const clip = join(folder, "clip.mp4");
    progress(`making ${CLIP_S} s of 1080p25; then ${runs} turns of about 20 s each, and 40 s in real time`);
    await makeEdgeClip(sample, clip);
    await broker.start();
    const cameraFile = writeCamera(folder, clip);
    const once = async (name: string, window: Pick<CameraProcessOptions, "fromMs" | "toMs" | "pace">) => {
      const data = join(folder, name);
      mkdirSync(data);
      return await runCamera({ cameraFile, model, folder: data, broker: broker.access(BOX), ...window });
    };
    const turns: EdgeTurn[] = [];
    for (let turn = 0; turn < runs; turn++) {
      const decodeMs = (await decodeCpuMs(clip)) / (CLIP_S * ANALYSE_FPS);
      const inferenceMs = await inferenceCpuMs(model);
      const whole = await once(`turn-${turn}`, { ...FULL_SPEED, pace: "lock-step" });
      const one = { decodeMs, inferenceMs, pipelineMs: whole.cpuMs / whole.frames };
      turns.push(one);
      progress(`turn ${turn + 1} of ${runs}: ${turnText(one)}`);
    }
    const realTime = await once("real-time", { ...REAL_TIME, pace: "realtime-file" });
    return { ...figuresOf(turns, realTime), model: model.name, load_average: round(loadavg()[0] ?? 0) };
  } finally {
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function turnText({ decodeMs, inferenceMs, pipelineMs }: EdgeTurn): string {
  const share = ((decodeMs + inferenceMs) / pipelineMs).toFixed(3);
  return `decoding ${decodeMs.toFixed(1)} + inference ${inferenceMs.toFixed(1)} of ${pipelineMs.toFixed(1)} ms a frame: ${share}`;
}

/** Medians of the turns, and what only a run in real time can show. */
export function figuresOf(
  turns: readonly EdgeTurn[],
  realTime: CameraRun,
): Omit<EdgeFigures, "model" | "load_average"> {
  const median = (value: (turn: EdgeTurn) => number): number => quantile(turns.map(value), 0.5);
  const realTimeMs = realTime.cpuMs / realTime.frames;
  return {
    decode_cpu_ms: round(median((turn) => turn.decodeMs)),
    inference_cpu_ms: round(median((turn) => turn.inferenceMs)),
    pipeline_cpu_ms: round(median((turn) => turn.pipelineMs)),
    efficiency: round(median((turn) => (turn.decodeMs + turn.inferenceMs) / turn.pipelineMs)),
    cameras_per_core: round(1000 / (realTimeMs * ANALYSE_FPS)),
    main_thread_delay_p99_ms: round(realTime.delayP99Ms),
    rss_mb: round(realTime.rssMb),
    realtime_cpu_ms: round(realTimeMs),
    dropped_share: round(Math.max(0, 1 - realTime.frames / realTime.due)),
    runs: turns.length,
  };
}

/** The camera of the rules' benchmark, all its rules with it, looking at the clip, where traffic comes towards it. */
export function writeCamera(folder: string, clip: string): string {
  const scene = fileURLToPath(new URL("../rules/traffic.yaml", import.meta.url));
  const document = parseDocument(readFileSync(scene, "utf8"));
  document.set("source", clip);
  document.set("analyse_fps", ANALYSE_FPS);
  document.set("products", ["traffic"]);
  const lanes = document.get("lanes") as YAMLSeq<YAMLMap>;
  for (const lane of lanes.items) lane.set("towards", [960, 1070]);
  const file = join(folder, "camera.yaml");
  writeFileSync(file, String(document));
  return file;
}

export async function runCamera(options: CameraProcessOptions): Promise<CameraRun> {
  const program = fileURLToPath(workerFile(import.meta.url, "camera-process"));
  const { stdout } = await run(process.execPath, [program, JSON.stringify(options)], {
    timeout: RUN_TIMEOUT_MS,
  });
  return JSON.parse(stdout) as CameraRun;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
