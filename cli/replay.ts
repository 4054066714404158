// `ngatu replay SOURCE`: runs a recording through the whole analysis, the same bytes out for the same input.
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { pipeline as pipe } from "node:stream/promises";
import type { Command } from "commander";
import { pino } from "pino";
import { cacheFolder } from "../config/cache-folder.ts";
import type { CameraConfig } from "../config/camera.ts";
import { type Loaded, loadCamera } from "../config/load.ts";
import { loadOffences } from "../config/offences.ts";
import { chooseDensities, densityOf } from "../edge/box-models.ts";
import { replayIdentity } from "../edge/event/identity.ts";
import { createTruthVote } from "../edge/event/truth.ts";
import type { PipelineEvent } from "../edge/event/event-draft.ts";
import { choosePlateModels, plateHashes } from "../edge/plate/plate-models.ts";
import { readsPlates } from "../edge/products.ts";
import { createPipeline, type Pipeline } from "../edge/pipeline.ts";
import { buildScene, defaultScene, type Scene } from "../edge/scene/scene.ts";
import type { TrackerOptions } from "../edge/track/tracker.ts";
import type { ReadyModel } from "../models/ready-model.ts";
import { type Choice, createModelStore, type ModelStore } from "../models/store.ts";
import { openAnnotatedVideo } from "./replay/annotated-video.ts";
import { CasePackages } from "./replay/case-packages.ts";
import { createAnnotation } from "./replay/annotation.ts";
import { replayDetections, surveyDetections } from "./replay/detections.ts";
import { openSink, type ReplaySink } from "./replay/sink.ts";
import { summaryText } from "./replay/summary.ts";
import { type Difference, differences, KEPT_TRACKER, minuteFiles, replayTracks } from "./replay/tracks.ts";
import { replayVideo } from "./replay/video.ts";

/** What a source of kept tracks begins with. */
const TRACKS = "tracks:";
/** Frames a second of an annotated video whose every frame was analysed; a frame that lasts longer is repeated. */
const DRAWN_FPS = 25;

interface ReplayOptions {
  readonly camera?: string;
  readonly events?: string;
  readonly start?: string;
  readonly annotate?: string;
  readonly evidence?: string;
  readonly detector?: string;
  readonly realtime?: boolean;
  readonly json?: boolean;
}

/** Something about the command line that cannot be replayed. */
export class ReplayError extends Error {
  override readonly name = "ReplayError";
}

export function registerReplay(program: Command): void {
  program
    .command("replay")
    .argument(
      "<source>",
      "a video file, an rtsp:// address, a detections file (.jsonl), or tracks:FOLDER of a box, for a dry run",
    )
    .description(
      "run a recording through detection, tracking and rules in lock step; no camera file is needed",
    )
    .option(
      "--camera <file>",
      "camera file whose scene and rules apply; default: whole picture, a middle line each way",
    )
    .option("--events <file>", "write one event a line (canonical JSON); - for standard output")
    .option(
      "--annotate <file>",
      "write the video with boxes, trails, scene, signals, cases and counts (.mp4)",
    )
    .option("--evidence <folder>", "write an evidence package for each case of a video; needs --camera")
    .option("--start <time>", "wall time of the beginning, RFC 3339; default 1970-01-01T00:00:00Z")
    .option("--detector <name>", "a detector of the catalogue, for a video; default: the best at hand")
    .option("--realtime", "keep the recording's own pace")
    .option("--json", "print the summary as one JSON object")
    .action(replay);
}

/** What kind of source it is, and the hash of everything that the result depends on. */
interface Run {
  readonly scene: Scene | undefined;
  readonly camera: Loaded<CameraConfig> | undefined;
  readonly startMs: number;
  readonly cameraHash: string;
  readonly fps: number;
  readonly options: ReplayOptions;
  readonly signal: AbortSignal;
}

/** The figures that the summary needs beside the sink's. */
interface Played {
  readonly sink: ReplaySink;
  readonly runSeed: string;
  readonly frames: number;
  readonly mediaMs: number;
  /** Of a dry run. */
  readonly compared?: readonly Difference[];
}

async function replay(source: string, options: ReplayOptions): Promise<void> {
  const began = performance.now();
  const loaded = options.camera === undefined ? undefined : loadCamera(options.camera);
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort(new ReplayError("interrupted"));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    const run: Run = {
      scene: loaded === undefined ? undefined : buildScene(loaded),
      camera: loaded,
      startMs: startOf(options.start),
      cameraHash: options.camera === undefined ? "" : sha256(await readFile(options.camera)),
      fps: loaded?.value.analyse_fps ?? 0,
      options,
      signal: interrupted.signal,
    };
    const played = await play(source, run);
    const summary = {
      ...played.sink.sums(),
      frames: played.frames,
      mediaMs: played.mediaMs,
      wallMs: performance.now() - began,
      runSeed: played.runSeed,
      ...(played.compared === undefined ? {} : { compared: played.compared }),
    };
    const output = options.events === "-" ? process.stderr : process.stdout;
    output.write(options.json === true ? `${JSON.stringify(summary)}\n` : summaryText(summary));
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

async function play(source: string, run: Run): Promise<Played> {
  if (source.startsWith(TRACKS)) return await playTracks(source.slice(TRACKS.length), run);
  return source.endsWith(".jsonl") ? await playDetections(source, run) : await playVideo(source, run);
}

async function playTracks(path: string, run: Run): Promise<Played> {
  if (run.scene === undefined) throw new ReplayError("tracks: needs --camera, the scene to try on them");
  if (run.options.annotate !== undefined)
    throw new ReplayError("--annotate: tracks have no pictures to draw on");
  if (!existsSync(path)) throw new ReplayError(`${path}: there is no such file`);
  const files = await minuteFiles(path);
  const hashes = await Promise.all(files.map(fileSha256));
  const runSeed = sha256(["tracks", ...hashes, run.cameraHash].join(" "));
  const sink = await openSink(run.options.events, runSeed);
  const progress = createProgress(undefined);
  const pipeline = pipelineOf(run.scene, runSeed, {}, true, KEPT_TRACKER);
  const now: PipelineEvent[] = [];
  const onEvents = async (events: readonly PipelineEvent[]): Promise<void> => {
    now.push(...events);
    await sink.write(events);
  };
  const before = await replayTracks({
    files,
    pipeline,
    signal: run.signal,
    onEvents,
    onFrame: (tMs) => progress.frame(tMs),
  });
  await onEvents(pipeline.finish());
  await sink.close();
  return { sink, runSeed, ...progress.done(), compared: differences(before, now) };
}

async function playDetections(file: string, run: Run): Promise<Played> {
  if (!existsSync(file)) throw new ReplayError(`${file}: there is no such file`);
  if (run.options.annotate !== undefined)
    throw new ReplayError("--annotate: a detections file has no pictures to draw on");
  const survey = await surveyDetections(file);
  const runSeed = sha256(["detections", survey.sha256, run.cameraHash, ...survey.sceneHashes].join(" "));
  const sink = await openSink(run.options.events, runSeed);
  const pipeline = pipelineOf(run.scene ?? defaultScene(survey.picture), runSeed, {}, true);
  const progress = createProgress(survey.durationMs);
  await replayDetections({
    file,
    survey,
    pipeline,
    startMs: run.startMs,
    realtime: run.options.realtime === true,
    signal: run.signal,
    onEvents: (events) => sink.write(events),
    onFrame: (tMs) => progress.frame(tMs),
  });
  await sink.write(pipeline.finish());
  await sink.close();
  return { sink, runSeed, ...progress.done() };
}

async function playVideo(source: string, run: Run): Promise<Played> {
  const isAddress = /^[a-z]+:\/\//.test(source);
  if (!isAddress && !existsSync(source)) throw new ReplayError(`${source}: there is no such file`);
  const store = createModelStore({ cache: cacheFolder() });
  const { model, why } = await detectorOf(store, run.options.detector);
  process.stderr.write(`detector: ${why}\n`);
  const plates =
    run.camera !== undefined && readsPlates(run.camera.value)
      ? await choosePlateModels(store, (why) => process.stderr.write(`${why}\n`))
      : undefined;
  const density = run.camera === undefined ? undefined : await densityFor(store, run.camera.value);
  const modelHashes = {
    detect: model.sha256,
    ...(plates === undefined ? {} : plateHashes(plates)),
    ...(density === undefined ? {} : { "people-density": density.sha256 }),
  };
  const inputHash = isAddress ? sha256(source) : await fileSha256(source);
  const runSeed = sha256(["video", inputHash, run.cameraHash, ...Object.values(modelHashes)].join(" "));
  const packages = packagesOf(run);
  const sink = await openSink(run.options.events, runSeed, (event) => packages?.take(event));
  const progress = createProgress(undefined);
  const { annotate } = run.options;
  const video =
    annotate === undefined ? undefined : openAnnotatedVideo(annotate, run.fps === 0 ? DRAWN_FPS : run.fps);
  try {
    const pipeline = await replayVideo({
      name: run.scene?.camera ?? "camera",
      source,
      password: passwordOf(run.scene),
      detector: model,
      density,
      camera: run.camera,
      scene: run.scene,
      fps: run.fps,
      startMs: run.startMs,
      realtime: run.options.realtime === true,
      plates,
      packages,
      annotation: video === undefined ? undefined : createAnnotation(video),
      signal: run.signal,
      log: pino({ level: "warn" }, process.stderr),
      pipeline: (picture) => pipelineOf(run.scene ?? defaultScene(picture), runSeed, modelHashes, false),
      onEvents: (events) => sink.write(events),
      onFrame: (tMs) => progress.frame(tMs),
    });
    if (pipeline === undefined) throw new ReplayError(`${source}: no picture could be read from it`);
    await sink.write(pipeline.finish());
    await sink.close();
    await video?.close();
  } catch (error) {
    video?.abort();
    throw error;
  }
  return { sink, runSeed, ...progress.done() };
}

function packagesOf({ options: { evidence }, camera, scene, signal }: Run): CasePackages | undefined {
  if (evidence === undefined) return undefined;
  if (camera === undefined || scene === undefined)
    throw new ReplayError("--evidence: needs --camera, whose rules raise the cases");
  return new CasePackages(evidence, camera.value, scene, "replay", signal);
}

async function densityFor(store: ModelStore, camera: CameraConfig): Promise<ReadyModel | undefined> {
  const name = densityOf(camera);
  return name === undefined ? undefined : (await chooseDensities(store, [name])).get(name);
}

async function detectorOf(store: ModelStore, name: string | undefined): Promise<Choice> {
  if (name === undefined) return await store.choose("detect");
  const { task } = store.entry(name);
  if (task !== "detect") throw new ReplayError(`--detector: ${name} is no detector (${task})`);
  return { model: await store.ensure(name), why: `${name} was asked for` };
}

function pipelineOf(
  scene: Scene,
  runSeed: string,
  modelHashes: Readonly<Record<string, string>>,
  labelled: boolean,
  tracker: Partial<TrackerOptions> = {},
): Pipeline {
  return createPipeline({
    site: "replay",
    box: "replay",
    camera: scene.camera,
    modelHashes,
    identify: replayIdentity(runSeed),
    offences: loadOffences(),
    scene,
    tracker,
    ...(labelled ? { truth: createTruthVote() } : {}),
  });
}

function passwordOf(scene: Scene | undefined): string | undefined {
  return scene === undefined
    ? undefined
    : process.env[`NGATU_CAMERA_${scene.camera.toUpperCase().replaceAll("-", "_")}_PASSWORD`];
}

function startOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const startMs = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(startMs)) {
    throw new ReplayError(`--start: ${text} is no RFC 3339 time such as 2026-11-24T08:00:00+07:00`);
  }
  return startMs;
}

/** Counts frames and, on a terminal, shows how far the replay is. */
function createProgress(durationMs: number | undefined): {
  frame(tMs: number): void;
  done(): { frames: number; mediaMs: number };
} {
  let frames = 0;
  let mediaMs = 0;
  let shown = performance.now();
  return {
    frame(tMs) {
      frames++;
      mediaMs = tMs;
      if (!process.stderr.isTTY || performance.now() - shown < 200) return;
      shown = performance.now();
      const of = durationMs === undefined ? "" : ` of ${(durationMs / 1000).toFixed(0)}`;
      process.stderr.write(`\r${(tMs / 1000).toFixed(1)}${of} s, ${frames} frames `);
    },
    done() {
      if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
      return { frames, mediaMs };
    },
  };
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

async function fileSha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipe(createReadStream(path), hash);
  return hash.digest("hex");
}
