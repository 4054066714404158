// Scenes judged in worker threads: the same figures however many threads there are, and a clear end on failure.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Generation } from "../../../../cli/eval/scenarios/generated.ts";
import { judgeInWorkers } from "../../../../cli/eval/scenarios/in-workers.ts";
import type { Judged } from "../../../../cli/eval/scenarios/judge.ts";

const parent = mkdtempSync(join(tmpdir(), "ngatu-workers-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const generation: Generation = {
  count: 3,
  kind: "crowd",
  noise: "L1",
  seed: "workers",
  hours: 0,
  allRules: false,
};

async function all(jobs: number, signal = new AbortController().signal): Promise<Judged[]> {
  const judged: Judged[] = [];
  for await (const each of judgeInWorkers({ generation, parent, keep: false }, 3, jobs, signal))
    judged.push(each);
  return judged;
}

describe("judging in worker threads", () => {
  it("gives the same with one thread and with two, in order, and leaves no folder", async () => {
    const one = await all(1);
    expect(one.map(({ name }) => name.slice(0, 4))).toEqual(["0000", "0001", "0002"]);
    expect(await all(2)).toEqual(one);
    expect(readdirSync(parent)).toEqual([]);
  });

  it("ends with the error of a scene that cannot be made", async () => {
    const file = join(parent, "file");
    writeFileSync(file, "");
    const nowhere = { generation, parent: file, keep: false };
    const judged = judgeInWorkers(nowhere, 1, 1, new AbortController().signal);
    await expect(judged.next()).rejects.toThrow("ENOTDIR");
    rmSync(file);
  });

  it("ends when it is interrupted", async () => {
    await expect(all(1, AbortSignal.abort(new Error("interrupted")))).rejects.toThrow();
  });
});
