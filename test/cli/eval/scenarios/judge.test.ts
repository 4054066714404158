// A whole scene through the judge: the product is played, and a labels file that lies is found out.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LabelsFileError, readLabels } from "../../../../cli/eval/scenarios/labels.ts";
import { explain, judgeScenario } from "../../../../cli/eval/scenarios/judge.ts";
import { L0 } from "../../../scenario/noise.ts";
import { writeScenario } from "../../../scenario/scenario.ts";
import { generateCrowd } from "../../../scenario/crowd/generate.ts";
import { generateTraffic } from "../../../scenario/traffic/generate.ts";

const folder = mkdtempSync(join(tmpdir(), "ngatu-judge-"));
const traffic = join(folder, "traffic");
const never = new AbortController().signal;
beforeAll(() => {
  for (let index = 0; ; index++) {
    const scene = generateTraffic(`judge/${index}`, new Set(["wrong-way", "sidewalk"]));
    if (!scene.labels.some(({ rule }) => rule === "wrong-way")) continue;
    writeScenario(traffic, scene, L0);
    break;
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("judging a scene", () => {
  it("finds the wrong-way rider, and counts the lawful passages of the lane", async () => {
    const { matching, lawfulPassages } = await judgeScenario(traffic, never);
    expect(matching.hits.some(({ label }) => label.rule === "wrong-way")).toBe(true);
    expect(lawfulPassages.get("wrong-way")).toBeGreaterThan(5);
  });

  it("counts the product wrong when the labels say that nothing happened, and explains it", async () => {
    const labels = readFileSync(join(traffic, "labels.jsonl"), "utf8");
    const before = readLabels(join(traffic, "labels.jsonl")).length;
    writeFileSync(join(traffic, "labels.jsonl"), "");
    const judgement = await judgeScenario(traffic, never);
    writeFileSync(join(traffic, "labels.jsonl"), labels);
    expect(judgement.matching.hits).toEqual([]);
    expect(judgement.matching.falseClaims.length).toBeGreaterThanOrEqual(before);
    expect(explain("scene", judgement).join("\n")).toMatch(/scene: false wrong-way id \d+ at/);
  });

  it("compares crowd samples with the people who were there", async () => {
    const crowd = join(folder, "crowd");
    writeScenario(crowd, generateCrowd("judge", ["crowd-over"]), L0);
    const { samples } = await judgeScenario(crowd, never);
    expect(samples.truth.length).toBeGreaterThan(60);
    expect(samples.claimed.length).toBeGreaterThan(60);
  });

  it("refuses a labels file with its line", () => {
    const file = join(folder, "labels.jsonl");
    writeFileSync(file, '{"rule":"red-light","t_ms":[0,1]}\n{"rule":"red-light","t_ms":[0]}\n');
    expect(() => readLabels(file)).toThrow(LabelsFileError);
    expect(() => readLabels(file)).toThrow(`${file}:2`);
  });
});
