// Sets of counted pictures: which column holds the count, and what a wrong file is told.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CountedSetError, readCountedSets } from "../../../../cli/eval/crowd/counted-set.ts";
import { scoreOf, smoothed } from "../../../../cli/eval/crowd/score.ts";

function folder(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "ngatu-counted-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, name, ".."), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

test("a folder of sets is read set by set, heads and persons alike, further columns ignored", () => {
  const root = folder({
    "b/counts.csv": "file,persons,seen\none.jpg,3,2\n",
    "b/one.jpg": "",
    "a/counts.csv": "file,heads,points_xy\ntwo.jpg,2,1 2;3 4\n",
    "a/images/two.jpg": "",
    "notes.txt": "",
  });
  expect(readCountedSets(root, undefined)).toEqual([
    { name: "a", pictures: [{ file: join(root, "a/images/two.jpg"), persons: 2 }] },
    { name: "b", pictures: [{ file: join(root, "b/one.jpg"), persons: 3 }] },
  ]);
});

test("a video takes its counts from --truth, line by line", () => {
  const root = folder({ "clip.avi": "", "counts.csv": "frame,persons\n1,3\n2,4\n" });
  expect(readCountedSets(join(root, "clip.avi"), join(root, "counts.csv"))).toEqual([
    { name: "clip", video: join(root, "clip.avi"), persons: [3, 4] },
  ]);
});

test.each([
  ["a number that is none", { "counts.csv": "file,heads\na.jpg,many\n", "a.jpg": "" }, /counts\.csv:2: many/],
  ["an empty cell", { "counts.csv": "file,heads\na.jpg,\n", "a.jpg": "" }, /counts\.csv:2/],
  ["no column of counts", { "counts.csv": "file,cars\na.jpg,1\n", "a.jpg": "" }, /heads or persons/],
  ["a picture that is not there", { "counts.csv": "file,heads\na.jpg,1\n" }, /a\.jpg: counts\.csv names it/],
  ["a folder without labels", { "a.jpg": "" }, /no counts\.csv/],
])("%s is refused by name", (_, files, message) => {
  const root = folder(files);
  expect(() => readCountedSets(root, undefined)).toThrow(CountedSetError);
  expect(() => readCountedSets(root, undefined)).toThrow(message);
});

test("errors are absolute, squared, relative and signed", () => {
  const { mae, rmse, relative_error, bias } = scoreOf([
    { truth: 10, persons: 13 },
    { truth: 10, persons: 9 },
  ]);
  expect(mae).toBe(2);
  expect(rmse).toBeCloseTo(Math.sqrt(5));
  expect(relative_error).toBe(0.2);
  expect(bias).toBe(1);
});

test("a second's median forgets one bad frame and never looks ahead", () => {
  expect(smoothed([3, 3, 9, 3, 4, 4, 4], 3)).toEqual([3, 3, 3, 3, 4, 4, 4]);
});
