// One thread of a measured pool: opens the model, says so, then runs it over and over for the time given.
import { parentPort, workerData } from "node:worker_threads";
import { openAny } from "../../../models/bench.ts";
import type { ReadyModel } from "../../../models/ready-model.ts";

interface Order {
  readonly model: ReadyModel;
  readonly seconds: number;
}

if (parentPort === null) throw new Error("pool-worker runs only as a worker thread");
const port = parentPort;
const { model, seconds } = workerData as Order;
const { run, close } = await openAny(model);
// Memory is laid out and the network's plan made in the first run.
await run();
port.once("message", () => void measure());
port.postMessage("ready");

async function measure(): Promise<void> {
  let runs = 0;
  for (const untilMs = performance.now() + seconds * 1000; performance.now() < untilMs; runs++) await run();
  port.postMessage(runs);
  await close();
  port.close();
}
