// A process of its own for one model and one number of threads, so that its peak memory is theirs alone.
import { once } from "node:events";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import type { ReadyModel } from "../../../models/ready-model.ts";
import { workerFile } from "../../../edge/worker-file.ts";

/** What this process is asked for, as JSON in its first argument. */
export interface PoolOrder {
  readonly model: ReadyModel;
  readonly workers: number;
  readonly seconds: number;
}

/** What it prints, as JSON. */
export interface PoolFigures {
  readonly runsPerS: number;
  readonly mainThreadDelayP99Ms: number;
  /** Largest resident memory of the whole process, Node itself and the opened model among it. */
  readonly peakMb: number;
}

/** The histogram counts how late its timer came, the timer's own interval included. */
const RESOLUTION_MS = 1;

const order = JSON.parse(process.argv[2] ?? "{}") as PoolOrder;
const threads = Array.from(
  { length: order.workers },
  () => new Worker(workerFile(import.meta.url, "pool-worker"), { workerData: order }),
);
await Promise.all(threads.map((thread) => once(thread, "message")));
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
const counts = await Promise.all(
  threads.map(async (thread) => {
    const answered = once(thread, "message") as Promise<[number]>;
    thread.postMessage("go");
    return (await answered)[0];
  }),
);
delay.disable();
const figures: PoolFigures = {
  runsPerS: counts.reduce((sum, count) => sum + count, 0) / order.seconds,
  mainThreadDelayP99Ms: Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS),
  peakMb: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
