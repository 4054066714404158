// Twenty changes of detector in one process, with a real network: what the old ones held is given back.
import pino from "pino";
import { describe, expect, it } from "vitest";
import { createInferencePool } from "../../../edge/detect/pool.ts";
import { readyModel } from "./ready-models.ts";

const detector = await readyModel("detect");

/** The first changes fill the allocator's arenas. */
const WARM_UP = 3;
const CHANGES = 20;
/** A thread with YOLOX-nano opened takes over 20 MB, so twenty that stayed would be 400. */
const MOST_GROWTH_MB = 60;

describe.skipIf(detector === undefined)("changes of detector (skipped without one)", () => {
  it("do not let memory grow over 20 of them", { timeout: 600_000 }, async () => {
    if (detector === undefined) throw new Error("no detector");
    const pool = createInferencePool({ workers: 1, detector, log: pino({ level: "silent" }) });
    await pool.start();
    try {
      const residentMb = async (changes: number): Promise<number> => {
        for (let i = 0; i < changes; i++) await pool.changeDetector(detector);
        return process.memoryUsage.rss() / 2 ** 20;
      };
      const before = await residentMb(WARM_UP);
      const after = await residentMb(CHANGES);
      expect(pool.stats()).toMatchObject({ workers: 1, ready: 1, replaced: 0 });
      expect(after - before).toBeLessThan(MOST_GROWTH_MB);
    } finally {
      await pool.stop();
    }
  });
});
