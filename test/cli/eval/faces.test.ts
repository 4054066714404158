// The figures of `ngatu eval faces` on scores whose answer is known.
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allPairs } from "../../../cli/eval/faces/all-pairs.ts";
import { readFaceSets } from "../../../cli/eval/faces/face-set.ts";
import { identification } from "../../../cli/eval/faces/identification.ts";
import {
  areaUnderCurve,
  crossValidatedAccuracy,
  equalErrorRate,
  thresholdForRate,
  shareAtLeast,
} from "../../../cli/eval/faces/verification.ts";
import { bootstrap, wilson } from "../../../cli/eval/interval.ts";

const pairs = (same: number[], other: number[]): { score: number; same: boolean }[] => [
  ...same.map((score) => ({ score, same: true })),
  ...other.map((score) => ({ score, same: false })),
];

describe("verification", () => {
  it("gives 1, 0.5 and 0 as area under the curve for perfect, useless and inverted scores", () => {
    expect(areaUnderCurve(pairs([0.8, 0.9], [0.1, 0.2]))).toBe(1);
    expect(areaUnderCurve(pairs([0.5, 0.5], [0.5, 0.5]))).toBe(0.5);
    expect(areaUnderCurve(pairs([0.1], [0.9, 0.8]))).toBe(0);
    // Of the four comparisons three are right.
    expect(areaUnderCurve(pairs([0.9, 0.4], [0.5, 0.1]))).toBe(0.75);
  });

  it("gives the equal error rate", () => {
    expect(equalErrorRate(pairs([0.8, 0.9], [0.1, 0.2]))).toBe(0);
    expect(equalErrorRate(pairs([0.9, 0.8, 0.7, 0.2], [0.6, 0.3, 0.1, 0]))).toBe(0.25);
  });

  it("takes the threshold that lets no more than the stated share of strangers through", () => {
    const strangers = Array.from({ length: 1000 }, (_, i) => i / 1000);
    for (const rate of [0.001, 0.01, 0.1]) {
      const threshold = thresholdForRate(strangers, rate);
      expect(shareAtLeast(strangers, threshold)).toBeLessThanOrEqual(rate);
      expect(shareAtLeast(strangers, threshold - 0.002)).toBeGreaterThan(rate);
    }
  });

  it("fits the accuracy's threshold to the other folds, never to the judged one", () => {
    const fold = (name: string, shift: number): { score: number; same: boolean; fold: string }[] =>
      pairs([0.6 + shift, 0.7 + shift], [0.1 + shift, 0.2 + shift]).map((pair) => ({ ...pair, fold: name }));
    expect(crossValidatedAccuracy([...fold("1", 0), ...fold("2", 0)])?.accuracy).toBe(1);
    // The second fold is shifted beyond the first one's threshold: its strangers all pass.
    expect(crossValidatedAccuracy([...fold("1", 0), ...fold("2", 1)])?.accuracy).toBe(0.5);
    expect(crossValidatedAccuracy(pairs([0.9], [0.1]))).toBeUndefined();
  });
});

describe("intervals", () => {
  it("are Wilson's for shares, also at none and all", () => {
    // Values of the R package binom, binom.wilson.
    expect(wilson(0, 20)[1]).toBeCloseTo(0.1611, 4);
    expect(wilson(10, 20)[0]).toBeCloseTo(0.2993, 4);
    expect(wilson(10, 20)[1]).toBeCloseTo(0.7007, 4);
    expect(wilson(20, 20)[0]).toBeCloseTo(0.8389, 4);
  });

  it("are the same for the same rows, and hold the statistic", () => {
    const rows = Array.from({ length: 200 }, (_, i) => i);
    const mean = (sample: readonly number[]): number => sample.reduce((sum, x) => sum + x, 0) / sample.length;
    const [low, high] = bootstrap(rows, mean);
    expect(bootstrap(rows, mean)).toEqual([low, high]);
    expect(low).toBeLessThan(99.5);
    expect(high).toBeGreaterThan(99.5);
  });
});

describe("a set of faces", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "ngatu-faces-"));
    mkdirSync(join(folder, "one"));
    writeFileSync(
      join(folder, "one", "pairs.csv"),
      "fold,a,b,same\n1,An_0001.jpg,An_0002.jpg,1\n1,An_0001.jpg,Binh_0001.jpg,0\n",
    );
    writeFileSync(
      join(folder, "one", "watchlist.csv"),
      "role,identity,file\nenrol,An,An_0001.jpg\nprobe_mated,An,An_0002.jpg\nprobe_nonmated,Binh,Binh_0001.jpg\n",
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const vectors = new Map([
    ["An_0001.jpg", Float32Array.of(1, 0)],
    ["An_0002.jpg", Float32Array.of(0.6, 0.8)],
    ["Binh_0001.jpg", Float32Array.of(0, 1)],
  ]);

  it("is read with its subfolders, and says who is on which picture", () => {
    const [set] = readFaceSets(folder);
    if (set === undefined) throw new Error("no set");
    expect(set).toMatchObject({ name: "one", files: ["An_0001.jpg", "An_0002.jpg", "Binh_0001.jpg"] });
    expect(allPairs(set, vectors)).toMatchObject({ genuine: 1, impostors: 2 });
  });

  it("counts missed and accused people at the threshold it is given", () => {
    const [set] = readFaceSets(folder);
    const judge = (value: number): unknown =>
      identification(set?.watchList ?? [], vectors, { value, from: "test" });
    expect(judge(0.5)).toMatchObject({ fnir: 0, fpir: 0, rank1: 1 });
    expect(judge(0.7)).toMatchObject({ fnir: 1, fpir: 0, rank1: 1 });
    expect(judge(-0.1)).toMatchObject({ fnir: 0, fpir: 1 });
  });

  it("is refused with file and line where a label is wrong, and where there is none", () => {
    const bad = join(folder, "bad");
    mkdirSync(bad);
    writeFileSync(join(bad, "watchlist.csv"), "role,identity,file\nenroll,An,a.jpg\n");
    expect(() => readFaceSets(bad)).toThrow("watchlist.csv:2");
    rmSync(bad, { recursive: true });
    expect(() => readFaceSets(join(folder, "nothing"))).toThrow("neither pairs.csv nor watchlist.csv");
  });
});
