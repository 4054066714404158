// Prints the processor time of one inference of the float network alone, without preparation or decoding, ms.
import { Tensor } from "onnxruntime-node";
import type { ReadyModel } from "../../../models/ready-model.ts";
import { openNetwork } from "../../../models/session.ts";

const WARM_UP_RUNS = 5;
const RUNS = 40;

const model = JSON.parse(process.argv[2] ?? "{}") as ReadyModel;
const { width, height, layout } = model.entry.input;
const shape = layout === "nhwc" ? [1, height, width, 3] : [1, 3, height, width];
const network = await openNetwork(model);
const input = {
  [network.inputs[0] ?? ""]: new Tensor("float32", new Float32Array(3 * width * height).fill(114), shape),
};
for (let run = 0; run < WARM_UP_RUNS; run++) await network.run(input);
const before = process.cpuUsage();
for (let run = 0; run < RUNS; run++) await network.run(input);
const { user, system } = process.cpuUsage(before);
await network.close();
process.stdout.write(`${(user + system) / 1000 / RUNS}\n`);
