// A model proves itself in a process of its own: broken ones are refused by name, and we live on.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { proveModels } from "../../../edge/detect/proof.ts";
import { chooseProvider } from "../../../edge/detect/provider-choice.ts";
import type { WorkerModels } from "../../../edge/detect/worker-protocol.ts";
import { temporaryFolder } from "../camera/clip-file.ts";
import { brokenModel, type Breakage } from "./broken-model.ts";
import { readyModel } from "./ready-models.ts";

const folder = temporaryFolder();
const detector = await readyModel("detect");

function modelsOf(breakage: Breakage): WorkerModels {
  const model = brokenModel(folder, breakage);
  return { detector: model, sizes: [{ sessions: "own", width: 32, height: 32, tiles: false }] };
}

/** A process that does this instead of proving anything. */
function processFile(name: string, code: string): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, code);
  return file;
}

describe("the proof of a model", () => {
  it("is passed by a network that gives what its catalogue says", async () => {
    await expect(proveModels(modelsOf("none"))).resolves.toBeUndefined();
  });

  it.each([
    ["nan", "model broken-nan: was refused in its proof: model broken-nan: an output holds NaN"],
    ["shape", /model broken-shape: was refused in its proof: .*: \[1,\d+,6\] expected, \[1,6,1\] seen/],
    [
      "cut",
      /model broken-cut: was refused in its proof: .*(not an ONNX file|no graph|ONNX Runtime refuses it)/,
    ],
  ] as const)("refuses one that is broken (%s), by name", async (breakage, message) => {
    await expect(proveModels(modelsOf(breakage))).rejects.toThrow(message);
  });

  it("refuses a model whose process crashes, and says how it ended", async () => {
    const file = processFile("crash", `process.once("message", () => process.abort());`);
    await expect(proveModels(modelsOf("none"), { file })).rejects.toThrow(
      "model broken-none: was refused in its proof: its process crashed (SIGABRT)",
    );
  });

  it("refuses a model that doesn't come to an end", async () => {
    const file = processFile("hang", `process.once("message", () => { for (;;); });`);
    await expect(proveModels(modelsOf("none"), { file, timeoutMs: 500 })).rejects.toThrow(
      "its process was not done in 500 ms",
    );
  });

  it("is broken off when its box stops", async () => {
    const stopping = new AbortController();
    const file = processFile("wait", `process.once("message", () => { for (;;); });`);
    const proof = expect(proveModels(modelsOf("none"), { file, signal: stopping.signal })).rejects.toThrow(
      "stopped meanwhile",
    );
    stopping.abort(new Error("stopped meanwhile"));
    await proof;
  });
});

describe("the choice of a provider", () => {
  const never = (): Promise<void> => Promise.reject(new Error("its library is not installed"));

  it("takes the first on which the models prove themselves", async () => {
    const asked: unknown[] = [];
    const prove = (models: WorkerModels): Promise<void> => {
      asked.push(models.detector?.provider);
      return Promise.resolve();
    };
    const choice = await chooseProvider(["cuda", "cpu"], modelsOf("none"), prove);
    expect(choice).toEqual({
      provider: "cuda",
      why: "inference.providers asks for cuda, cpu; networks run on cuda",
    });
    expect(asked).toEqual(["cuda"]);
  });

  it("falls to the CPU and says what was asked, what runs, and why the others don't", async () => {
    const choice = await chooseProvider(["openvino", "cuda"], modelsOf("none"), never);
    expect(choice.provider).toBe("cpu");
    expect(choice.why).toMatch(
      /^inference\.providers asks for openvino, cuda; networks run on cpu; openvino: this ONNX Runtime has cpu, .* only; cuda: its library is not installed$/,
    );
  });

  it.skipIf(detector === undefined)(
    "passes over one that this machine lacks, by ONNX Runtime's own word (skipped without a detector)",
    async () => {
      if (detector === undefined) throw new Error("no detector");
      const { width, height } = detector.entry.input;
      const models = { detector, sizes: [{ sessions: "own", width, height, tiles: false }] };
      const choice = await chooseProvider(["tensorrt", "cpu"], models, proveModels);
      // A machine that has it computes on it; the sentence holds either way.
      if (choice.provider === "cpu")
        expect(choice.why).toMatch(/networks run on cpu; tensorrt: .*(refuses it on tensorrt|was refused)/);
      else expect(choice.why).toBe("inference.providers asks for tensorrt, cpu; networks run on tensorrt");
    },
  );
});
