// The scorer agrees with the scores that py-motmetrics and TrackEval publish for the same files.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type MotRow, readRows } from "../../../../cli/eval/mot/rows.ts";
import { countSequence, scoresOf } from "../../../../cli/eval/mot/score.ts";
import { sharedFolder } from "../../../shared.ts";

const published = join(sharedFolder() ?? "", "data", "scorer_check");
const scratch = mkdtempSync(join(tmpdir(), "ngatu-mot-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const box = (frame: number, id: number, x: number, label?: number): MotRow => ({
  frame,
  id,
  x,
  y: 0,
  width: 10,
  height: 20,
  confidence: 1,
  ...(label === undefined ? {} : { class: label }),
});

describe.skipIf(!existsSync(published))("published results (skipped without the shared folder)", () => {
  // MOTA and IDF1: py-motmetrics' documentation; HOTA: its test of the same files. Percent, ± 0.01.
  it.each([
    ["TUD-Campus", 52.65, 55.77, 39.14],
    ["TUD-Stadtmitte", 56.4, 64.46, 39.78],
  ])("%s scores the published MOTA %d, IDF1 %d and HOTA %d", (sequence, mota, idf1, hota) => {
    const truth = readRows(join(published, sequence, "gt.txt"));
    const scores = scoresOf([countSequence(truth, readRows(join(published, sequence, "test.txt")))]);
    expect(Math.abs(scores.mota - mota)).toBeLessThan(0.01);
    expect(Math.abs(scores.idf1 - idf1)).toBeLessThan(0.01);
    expect(Math.abs(scores.hota - hota)).toBeLessThan(0.01);
  });
});

describe("the scorer", () => {
  it("gives a perfect result 100 in every figure", () => {
    const truth = [box(1, 1, 0), box(2, 1, 1), box(1, 2, 50), box(2, 2, 51)];
    const scores = scoresOf([countSequence(truth, truth)]);
    expect(scores.mota).toBeCloseTo(100, 9);
    expect(scores.hota).toBeCloseTo(100, 9);
    expect(scores.idf1).toBeCloseTo(100, 9);
    expect(scores.idsw).toBe(0);
  });

  it("counts one switch when a result changes identity, and halves its IDF1", () => {
    const truth = [box(1, 1, 0), box(2, 1, 0), box(3, 1, 0), box(4, 1, 0)];
    const result = [box(1, 7, 0), box(2, 7, 0), box(3, 8, 0), box(4, 8, 0)];
    const scores = scoresOf([countSequence(truth, result)]);
    expect(scores.idsw).toBe(1);
    expect(scores.mota).toBeCloseTo(75, 9);
    expect(scores.idf1).toBeCloseTo(50, 9);
  });

  it("neither blames nor praises a box on a distractor, where the truth has classes", () => {
    const staticPerson = 7;
    const truth = [box(1, 1, 0, 1), box(1, 2, 50, staticPerson)];
    const scores = scoresOf([countSequence(truth, [box(1, 1, 0), box(1, 2, 50)])]);
    expect(scores.fp).toBe(0);
    expect(scores.fn).toBe(0);
    expect(scores.mota).toBeCloseTo(100, 9);
  });

  it("leaves out truth that is marked zero, but not the boxes found there", () => {
    const truth = [box(1, 1, 0), { ...box(1, 2, 50), confidence: 0 }];
    const scores = scoresOf([countSequence(truth, [box(1, 1, 0), box(1, 2, 50)])]);
    expect(scores.fp).toBe(1);
    expect(scores.fn).toBe(0);
  });

  it("sums the counts of several sequences before it divides", () => {
    const found = countSequence([box(1, 1, 0)], [box(1, 1, 0)]);
    const missed = countSequence([box(1, 1, 0), box(2, 1, 0), box(3, 1, 0)], []);
    expect(scoresOf([found, missed]).mota).toBeCloseTo(25, 9);
  });

  it("survives frames without truth or result", () => {
    expect(scoresOf([countSequence([], [])]).mota).toBe(0);
    expect(scoresOf([countSequence([], [box(3, 1, 0)])]).fp).toBe(1);
  });
});

describe("a MOTChallenge file", () => {
  it("is refused with its line when a row is short or no number", () => {
    const file = join(scratch, "bad.txt");
    writeFileSync(file, "1,1,0,0,10,20,1\n2,1,zero,0,10,20,1\n");
    expect(() => readRows(file)).toThrow(`${file}:2`);
  });
});
