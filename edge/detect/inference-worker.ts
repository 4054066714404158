// One inference thread: opens its models, then answers one job at a time. Embeddings and pixels end here.
import { on } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { createInference, type Inference } from "./inference.ts";
import type {
  FromWorker,
  InferenceJob,
  InferenceNews,
  InferenceResult,
  ToWorker,
  WorkerModels,
} from "./worker-protocol.ts";

if (parentPort === null) throw new Error("inference-worker runs only as a worker thread");
const port = parentPort;

function say(message: FromWorker<InferenceResult>): void {
  port.postMessage(message);
}

async function answer(inference: Inference, id: number, job: InferenceJob): Promise<void> {
  const started = performance.now();
  try {
    const result = await inference.run(job);
    say({ type: "done", id, result, ms: performance.now() - started });
  } catch (error) {
    // The job's fault, not the worker's: its caller is told, the next job goes on.
    say({ type: "failed", id, message: error instanceof Error ? error.message : String(error) });
  }
}

const messages = on(port, "message");
const inference = await createInference(workerData as WorkerModels);
// Ready is who has run: the first run also lays out its memory.
await inference.prove();
say({ type: "ready" });
for await (const [message] of messages as AsyncIterable<[ToWorker<InferenceJob, InferenceNews>]>) {
  if (message.type === "job") await answer(inference, message.id, message.job);
  else if (message.type === "news") inference.setGallery(message.news.gallery);
  else break;
}
await inference.close();
port.close();
