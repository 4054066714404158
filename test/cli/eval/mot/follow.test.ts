// The tracker runs over MOTChallenge sequences without look-ahead.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { follow } from "../../../../cli/eval/mot/follow.ts";
import type { MotRow } from "../../../../cli/eval/mot/rows.ts";
import { MotFolderError, type MotSequence, readSet } from "../../../../cli/eval/mot/sequences.ts";

const folder = mkdtempSync(join(tmpdir(), "ngatu-sets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const walking = (frames: number): MotRow[] =>
  Array.from({ length: frames }, (_, index) => ({
    frame: index + 1,
    id: -1,
    x: 100 + 3 * index,
    y: 100,
    width: 50,
    height: 120,
    confidence: 0.9,
  }));
const sequence = (frames: number): MotSequence => ({
  name: "walk",
  frameRate: 25,
  length: frames,
  detections: walking(frames),
  truth: [],
});

describe("following a sequence", () => {
  it("says of the first frames the same, however many follow", () => {
    const short = follow(sequence(20));
    expect(short.length).toBeGreaterThan(10);
    expect(follow(sequence(60)).filter(({ frame }) => frame <= 20)).toEqual(short);
  });

  it("keeps one identity for one walker", () => {
    expect(new Set(follow(sequence(60)).map(({ id }) => id)).size).toBe(1);
  });
});

describe("a set", () => {
  it("takes files beside or beneath, and the frame rate from seqinfo.ini", () => {
    const line = "1,-1,0,0,10,20,1,-1,-1,-1\n";
    mkdirSync(join(folder, "set", "deep", "det"), { recursive: true });
    mkdirSync(join(folder, "set", "deep", "gt"));
    mkdirSync(join(folder, "set", "flat"));
    writeFileSync(join(folder, "set", "deep", "det", "det.txt"), line);
    writeFileSync(join(folder, "set", "deep", "gt", "gt.txt"), line);
    writeFileSync(join(folder, "set", "deep", "seqinfo.ini"), "[Sequence]\nframeRate=7\nseqLength=9\n");
    writeFileSync(join(folder, "set", "flat", "det.txt"), line);
    writeFileSync(join(folder, "set", "flat", "gt.txt"), line);
    const { name, sequences } = readSet(join(folder, "set"));
    expect(name).toBe("set");
    expect(sequences.map((each) => [each.name, each.frameRate, each.length])).toEqual([
      ["deep", 7, 9],
      ["flat", 25, 1],
    ]);
  });

  it("is refused when there is no sequence in it", () => {
    mkdirSync(join(folder, "empty"));
    expect(() => readSet(join(folder, "empty"))).toThrow(MotFolderError);
    expect(() => readSet(join(folder, "nowhere"))).toThrow(MotFolderError);
  });
});
