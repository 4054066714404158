// Judges generated scenes in worker threads, in order: what is printed does not depend on how many there are.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { workerFile } from "../../../edge/worker-file.ts";
import type { Judged } from "./judge.ts";
import type { JudgeWorkerData } from "./judge-worker.ts";

/** Yields scenes 0 to `count` − 1. At most one scene per worker is under way; `signal` ends them all. */
export async function* judgeInWorkers(
  data: JudgeWorkerData,
  count: number,
  jobs: number,
  signal: AbortSignal,
): AsyncGenerator<Judged> {
  const file = workerFile(import.meta.url, "judge-worker");
  const workers = Array.from({ length: Math.min(jobs, count) }, () => new Worker(file, { workerData: data }));
  const ask = async (index: number): Promise<Judged> => {
    const worker = workers[index % workers.length] as Worker;
    worker.postMessage(index);
    const [judged] = (await once(worker, "message", { signal })) as [Judged];
    return judged;
  };
  const underWay: Promise<Judged>[] = [];
  const start = (index: number): void => {
    const judged = ask(index);
    // Its turn to be awaited may come late; a failure until then is not unhandled.
    judged.catch(() => undefined);
    underWay.push(judged);
  };
  try {
    for (let index = 0; index < workers.length; index++) start(index);
    for (let index = 0; index < count; index++) {
      const judged = await (underWay.shift() as Promise<Judged>);
      if (index + workers.length < count) start(index + workers.length);
      yield judged;
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
