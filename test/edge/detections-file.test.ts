// The detections file: faults are named by file and line, boxes are clipped, order is kept.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { clipToPicture, type DetectionsLine, readDetections } from "../../edge/detections-file.ts";

const folder = mkdtempSync(join(tmpdir(), "ngatu-detections-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(...lines: string[]): Promise<DetectionsLine[]> {
  const file = join(folder, "d.jsonl");
  writeFileSync(file, `${lines.join("\n")}\n`);
  const result: DetectionsLine[] = [];
  for await (const line of readDetections(file)) result.push(line);
  return result;
}

test("detections, plates, signals and the truth's identity are read; unknown keys are left alone", async () => {
  const [line] = await read(
    '{"t_ms":40.5,"detections":[{"box":[1,2,3.5,4],"class":"motorcycle","confidence":0.9,"id":7,"speed":3}],' +
      '"plates":[{"box":[1,2,3,4],"text":"61B112345","confidence":0.97}],"signals":{"north":"red"},"note":1}',
  );
  expect(line).toEqual({
    line: 1,
    tMs: 40.5,
    frame: {
      detections: [
        { box: { x1: 1, y1: 2, x2: 3.5, y2: 4 }, class: "motorcycle", confidence: 0.9, truthId: 7 },
      ],
      plates: [{ box: { x1: 1, y1: 2, x2: 3, y2: 4 }, text: "61B112345", confidence: 0.97 }],
      signals: { north: "red" },
    },
  });
});

test("a scene change is no frame of its own; empty frames and equal times are frames", async () => {
  const lines = await read('{"t_ms":0}', '{"t_ms":0,"detections":[]}', "", '{"t_ms":9000,"scene":"v2.yaml"}');
  expect(lines.map((line) => [line.line, line.frame !== undefined, line.scene])).toEqual([
    [1, true, undefined],
    [2, true, undefined],
    [4, false, "v2.yaml"],
  ]);
});

describe("a line is refused, by its number, for", () => {
  test.each([
    ["no JSON", "{t_ms: 1}", /d\.jsonl:2: not JSON/],
    [
      "NaN",
      '{"t_ms":1,"detections":[{"box":[NaN,0,1,1],"class":"car","confidence":1}]}',
      /d\.jsonl:2: not JSON/,
    ],
    [
      "an endless number",
      '{"t_ms":1,"detections":[{"box":[0,0,1e999,1],"class":"car","confidence":1}]}',
      /d\.jsonl:2: detections\.0\.box/,
    ],
    [
      "a box inside out",
      '{"t_ms":1,"detections":[{"box":[9,0,1,1],"class":"car","confidence":1}]}',
      /d\.jsonl:2: detections\.0\.box/,
    ],
    [
      "an unknown class",
      '{"t_ms":1,"detections":[{"box":[0,0,1,1],"class":"tank","confidence":1}]}',
      /d\.jsonl:2: detections\.0\.class/,
    ],
    ["a missing time", '{"detections":[]}', /d\.jsonl:2: /],
    ["time that goes back", '{"t_ms":-0.5}', /d\.jsonl:2: t_ms/],
    ["an unknown signal state", '{"t_ms":1,"signals":{"n":"purple"}}', /d\.jsonl:2: signals/],
  ])("%s", async (_what, line, message) => {
    await expect(read('{"t_ms":0}', line)).rejects.toThrow(message);
  });
});

test("boxes beyond the picture are clipped; what lies wholly outside is left out", () => {
  const boxes = [
    { box: { x1: -10, y1: 5, x2: 20, y2: 2000 } },
    { box: { x1: 700, y1: 0, x2: 800, y2: 10 } },
    { box: { x1: 640, y1: 0, x2: 640, y2: 10 } },
  ];
  expect(clipToPicture(boxes, { width: 640, height: 480 })).toEqual([
    { box: { x1: 0, y1: 5, x2: 20, y2: 480 } },
  ]);
});
