// `ngatu models bench`: each model alone on one thread, and in pools of one to n threads.
import { availableParallelism, loadavg } from "node:os";
import { benchModel, type BenchResult } from "../../models/bench.ts";
import { tableText } from "../eval/table.ts";
import { benchPool } from "./bench/pool.ts";
import type { PoolFigures } from "./bench/pool-process.ts";
import { namedOrLocal, openStore, printJson } from "./store.ts";

interface Options {
  readonly json?: true;
  readonly runs: number;
  readonly workers?: number;
  readonly seconds: number;
}

interface Measured {
  readonly alone: BenchResult;
  /** The first of one thread, the next of two, and so on. */
  readonly pools: readonly PoolFigures[];
}

export async function benchModels(names: readonly string[], options: Options): Promise<void> {
  const most = options.workers ?? availableParallelism();
  const results: Measured[] = [];
  for (const model of await namedOrLocal(openStore(), names)) {
    const alone = await benchModel(model, options.runs);
    const pools: PoolFigures[] = [];
    for (let workers = 1; workers <= most; workers++)
      pools.push(await benchPool(model, workers, options.seconds));
    results.push({ alone, pools });
  }
  if (options.json === true) printJson({ models: results.map(jsonOf), load_average: loadavg()[0] });
  else process.stdout.write(tableText(HEAD, results.flatMap(rowsOf)));
}

function jsonOf({ alone, pools }: Measured): object {
  const { medianMs, p95Ms, ...rest } = alone;
  return {
    ...rest,
    median_ms: medianMs,
    p95_ms: p95Ms,
    pool: pools.map((pool, i) => ({
      workers: i + 1,
      runs_per_s: pool.runsPerS,
      main_thread_delay_p99_ms: pool.mainThreadDelayP99Ms,
      peak_mb: pool.peakMb,
    })),
  };
}

const HEAD = ["model", "input", "median ms", "p95 ms", "threads", "runs/s", "main delay p99 ms", "peak MB"];

/** One for each number of threads; what is the same stands in the first. */
function rowsOf({ alone, pools }: Measured): string[][] {
  const own = [
    alone.name,
    `${alone.width}×${alone.height}`,
    alone.medianMs.toFixed(1),
    alone.p95Ms.toFixed(1),
  ];
  return pools.map((pool, i) => [
    ...(i === 0 ? own : ["", "", "", ""]),
    String(i + 1),
    pool.runsPerS.toFixed(1),
    pool.mainThreadDelayP99Ms.toFixed(1),
    pool.peakMb.toFixed(0),
  ]);
}
