// Sessions: the outputs lie in memory of their own that each run writes over, and a run leaves nothing to collect.
import { Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { letGo } from "../../models/let-go.ts";
import { GraphBuilder } from "../../models/onnx/build.ts";
import { encodeModel } from "../../models/onnx/codec.ts";
import { DATA_TYPE } from "../../models/onnx/proto.ts";
import { openSession } from "../../models/session.ts";

const LENGTH = 250_000;

/** Gives what it was given, doubled. */
function doubling(): Uint8Array {
  const graph = new GraphBuilder();
  const numbers = graph.input("numbers", DATA_TYPE.float, [LENGTH]);
  graph.op("Add", [numbers, numbers], {}, "doubled");
  graph.output("doubled", DATA_TYPE.float, [LENGTH]);
  return encodeModel(graph.build("doubling"));
}

describe("a session", () => {
  it("writes each run's numbers where the first run's were, and leaves no memory behind", async () => {
    const session = await openSession("doubling", doubling());
    const numbers = new Float32Array(LENGTH);
    const inputs = { numbers: new Tensor("float32", numbers, [LENGTH]) };
    const [first] = await session.run(inputs);
    const before = process.memoryUsage().arrayBuffers;
    for (let run = 1; run <= 30; run++) {
      numbers.fill(run);
      const [output] = await session.run(inputs);
      expect(output?.data).toBe(first?.data);
      expect([output?.data[0], output?.data.at(-1), output?.data.length]).toEqual([2 * run, 2 * run, LENGTH]);
    }
    // Thirty copies would be thirty megabytes, and a collection that came between leaves less than before.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * LENGTH);
    await session.close();
  });
});

it("a buffer that is let go is empty at once", () => {
  const view = new Uint8Array(1024);
  letGo(view.buffer);
  expect([view.length, view.buffer.byteLength]).toEqual([0, 0]);
});
