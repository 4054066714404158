// Measures tracking and rules: time a frame in this process, memory a frame in one made for counting it.
import { execFile } from "node:child_process";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { workerFile } from "../../../edge/worker-file.ts";
import { quantile } from "../quantile.ts";
import { type LoadOptions, startLoad, WARM_UP_FRAMES } from "./load-run.ts";

const run = promisify(execFile);

export interface RulesFigures {
  /** Road users in the picture in every frame. */
  readonly tracks: number;
  readonly kind: LoadOptions["kind"];
  readonly frames: number;
  /** Tracks that a detection supported in a frame, median. */
  readonly tracks_seen: number;
  readonly ms_per_frame_p50: number;
  readonly ms_per_frame_p99: number;
  /** Processor time, garbage collection included: what other programs take away does not count. */
  readonly cpu_ms_per_frame: number;
  readonly allocated_kb_per_frame: number;
  readonly events: number;
  /** Of the machine over the last minute: above its cores, the times a frame are too long. */
  readonly load_average: number;
}

/** Young generation in MB, never collected within a window of the allocation's measurement. */
const YOUNG_MB = 128;
const ALLOCATION_TIMEOUT_MS = 300_000;

export async function measureRules(options: LoadOptions, frames: number): Promise<RulesFigures> {
  const load = startLoad(options, WARM_UP_FRAMES + frames);
  for (let frame = 0; frame < WARM_UP_FRAMES; frame++) load.next();
  const times: number[] = [];
  const seen: number[] = [];
  let events = 0;
  let cpuUs = 0;
  for (let frame = 0; frame < frames; frame++) {
    const before = process.cpuUsage();
    const startMs = performance.now();
    events += load.next();
    times.push(performance.now() - startMs);
    const { user, system } = process.cpuUsage(before);
    cpuUs += user + system;
    seen.push(load.seen);
  }
  return {
    tracks: options.tracks,
    kind: options.kind,
    frames,
    tracks_seen: quantile(seen, 0.5),
    ms_per_frame_p50: round(quantile(times, 0.5)),
    ms_per_frame_p99: round(quantile(times, 0.99)),
    cpu_ms_per_frame: round(cpuUs / 1000 / frames),
    allocated_kb_per_frame: round(await allocatedKb(options)),
    events,
    load_average: round(loadavg()[0] ?? 0),
  };
}

async function allocatedKb(options: LoadOptions): Promise<number> {
  const flags = ["--expose-gc", `--min-semi-space-size=${YOUNG_MB}`, `--max-semi-space-size=${YOUNG_MB}`];
  const program = fileURLToPath(workerFile(import.meta.url, "allocation-process"));
  const { stdout } = await run(process.execPath, [...flags, program, JSON.stringify(options)], {
    timeout: ALLOCATION_TIMEOUT_MS,
  });
  return Number(stdout);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
