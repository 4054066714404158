// What proved itself once is not proved again; what is new is, before a thread of ours opens it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { createInferencePool } from "../../../edge/detect/pool.ts";
import { ProofRecord } from "../../../edge/detect/proof-record.ts";
import type { WorkerModels } from "../../../edge/detect/worker-protocol.ts";
import { temporaryFolder } from "../camera/clip-file.ts";
import { brokenModel } from "./broken-model.ts";
import { densityModel } from "./density-model.ts";

const folder = temporaryFolder();
const log = pino({ level: "silent" });
const detector = brokenModel(folder, "none");
const models: WorkerModels = {
  detector,
  sizes: [{ sessions: "own", width: 32, height: 32, tiles: false }],
};

describe("the record of proofs", () => {
  it("knows what was added, wherever its file lies, and nothing that differs from it", () => {
    const record = new ProofRecord(join(folder, "known"));
    expect(record.has(models)).toBe(false);
    record.add(models);
    expect(record.has(models)).toBe(true);
    expect(record.has({ ...models, detector: { ...detector, path: "/elsewhere.onnx" } })).toBe(true);
    const others: WorkerModels[] = [
      { ...models, detector: { ...detector, sha256: "1".repeat(64) } },
      { ...models, detector: { ...detector, provider: "cuda" } },
      { ...models, sizes: [{ sessions: "own", width: 64, height: 32, tiles: false }] },
      { ...models, densities: [densityModel(folder)] },
    ];
    expect(others.map((other) => record.has(other))).toEqual([false, false, false, false]);
  });

  it("is filled by a pool's first start, and not by one whose network is refused", async () => {
    const proofs = join(folder, "proofs");
    const record = new ProofRecord(proofs);
    const broken = createInferencePool({ workers: 1, detector: brokenModel(folder, "nan"), proofs, log });
    await expect(broken.start()).rejects.toThrow("model broken-nan: was refused in its proof");
    expect(broken.stats().workers).toBe(0);
    const pool = createInferencePool({ workers: 1, detector, proofs, log });
    await pool.start();
    await pool.stop();
    const size = { sessions: "32×32", width: 32, height: 32, tiles: false };
    expect(record.has({ detector, sizes: [size] })).toBe(true);
    expect(record.has({ detector: brokenModel(folder, "nan"), sizes: [size] })).toBe(false);
  });

  it("stops no box where it can't be written", async () => {
    const proofs = join(folder, "blocked");
    mkdirSync(folder, { recursive: true });
    writeFileSync(proofs, "a file where the folder should be");
    const pool = createInferencePool({ workers: 1, detector, proofs, log });
    await pool.start();
    expect(pool.stats().ready).toBe(1);
    await pool.stop();
  });

  it("refuses a network of people's density that gives no map, by its name", async () => {
    const density = densityModel(folder, [1, 48]);
    const proofs = join(folder, "maps");
    const pool = createInferencePool({ workers: 1, detector, densities: [density], proofs, log });
    await expect(pool.start()).rejects.toThrow(/was refused in its proof: model broken-map: output density/);
  });
});
