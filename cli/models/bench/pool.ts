// Measures a model in a pool of threads: throughput, delay of the main thread, peak memory.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { ReadyModel } from "../../../models/ready-model.ts";
import { ModelError } from "../../../models/model-error.ts";
import { workerFile } from "../../../edge/worker-file.ts";
import type { PoolFigures, PoolOrder } from "./pool-process.ts";

/** Beside the measured seconds: opening the model on every thread of a busy machine. */
const START_MS = 120_000;

/** Rejects with {@link ModelError} when the model doesn't run. */
export async function benchPool(model: ReadyModel, workers: number, seconds: number): Promise<PoolFigures> {
  const order: PoolOrder = { model, workers, seconds };
  const file = fileURLToPath(workerFile(import.meta.url, "pool-process"));
  const { stdout } = await promisify(execFile)(process.execPath, [file, JSON.stringify(order)], {
    timeout: START_MS + seconds * 1000,
    killSignal: "SIGKILL",
  }).catch((cause: unknown) => {
    throw new ModelError(model.name, `doesn't run on ${workers} threads`, { cause });
  });
  return JSON.parse(stdout) as PoolFigures;
}
