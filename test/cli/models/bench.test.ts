// A pool measured in a process of its own: it runs, and a model that doesn't is named.
import { describe, expect, it } from "vitest";
import { benchPool } from "../../../cli/models/bench/pool.ts";
import { ModelError } from "../../../models/model-error.ts";
import { readyModel } from "../../edge/detect/ready-models.ts";

const detector = await readyModel("detect");

describe.skipIf(detector === undefined)("benchPool (skipped without a detector)", () => {
  it("counts what all threads of the pool did, and the memory of their process", async () => {
    if (detector === undefined) return;
    const { runsPerS, mainThreadDelayP99Ms, peakMb } = await benchPool(detector, 2, 1);
    expect(runsPerS).toBeGreaterThan(0);
    expect(mainThreadDelayP99Ms).toBeGreaterThanOrEqual(0);
    // Two threads hold the weights twice; no process of Node's is smaller than this.
    expect(peakMb).toBeGreaterThan(50);
  });

  it("names a model whose file is gone", async () => {
    if (detector === undefined) return;
    const broken = { ...detector, path: "/nonexistent/model.onnx" };
    const error = await benchPool(broken, 1, 1).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ModelError);
    expect(String(error)).toContain(`model ${detector.name}: doesn't run on 1 threads`);
  });
});
