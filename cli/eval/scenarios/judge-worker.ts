// Worker thread of the scenario judge: makes, judges and removes the scenes whose numbers it is sent.
import { rmSync } from "node:fs";
import { basename } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { createGenerator, type Generation } from "./generated.ts";
import { type Judged, judgeScenario } from "./judge.ts";

/** What a worker is started with. */
export interface JudgeWorkerData {
  readonly generation: Generation;
  /** Folder that scenes are written under. */
  readonly parent: string;
  readonly keep: boolean;
}

const { generation, parent, keep } = workerData as JudgeWorkerData;
const generator = createGenerator(generation);
const never = new AbortController().signal;

async function judge(index: number): Promise<Judged> {
  const folder = generator.write(index, parent);
  const judgement = await judgeScenario(folder, never);
  if (!keep) rmSync(folder, { recursive: true });
  return { name: basename(folder), judgement };
}

parentPort?.on("message", (index: number) => {
  judge(index).then(
    (judged) => parentPort?.postMessage(judged),
    (error: unknown) => {
      // Out of the promise, so that the thread ends with the error and the main thread is told of it.
      queueMicrotask(() => {
        throw error;
      });
    },
  );
});
