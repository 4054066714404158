// What is drawn over a frame: every part of the scene and of the moment, nobody's head, and nothing else.
import sharp from "sharp";
import { expect, test } from "vitest";
import { type Moment, overlaySvg } from "../../../cli/replay/overlay.ts";
import type { RuleFrame } from "../../../edge/rules/rule.ts";
import type { Track } from "../../../edge/track/track.ts";
import { sceneOf } from "../../edge/rules/street.ts";

const scene = sceneOf(`lines:
  - {name: gate, from: [640, 0], to: [640, 720], towards: [1280, 300], kind: count}
lanes:
  - {name: lane, polygon: [[0, 300], [1280, 300], [1280, 400], [0, 400]], towards: [-500, 350]}
zones:
  - {name: plaza, kind: crowd, polygon: [[0, 500], [400, 500], [400, 700], [0, 700]], capacity: 3}
signals:
  - {name: north, from: {mqtt: controller/1}}
rules:
  - {rule: crowd-over, zone: plaza}
`);

const track = (id: number, name: Track["class"], x: number): Track => ({
  id,
  class: name,
  box: { x1: x, y1: 100, x2: x + 50, y2: 200 },
  velocity: { x: 0, y: 0 },
  confidence: 0.9,
  firstSeenMs: 0,
  lastSeenMs: 0,
  observed: true,
});

const moment: Moment = {
  scene,
  frame: {
    tMs: 12_340,
    tracks: [track(7, "car", 200), track(8, "person", 800)],
    users: [],
    signals: new Map([["north", { state: "red", sinceMs: 0, atMs: 0 }]]),
  } as unknown as RuleFrame,
  live: {
    zones: [{ zone: "plaza", persons: 2, capacity: 3 }],
    counts: [
      { line: "gate", class: "car", direction: "forward", total: 4 },
      { line: "gate", class: "bus", direction: "forward", total: 1 },
      { line: "gate", class: "car", direction: "backward", total: 2 },
    ],
  },
  raised: [{ tMs: 12_000, rule: "red-light", isCase: true, trackId: 7 }],
  cells: new Map(),
  plates: new Map([[7, "61A-123.45"]]),
  trails: new Map([
    [
      7,
      [
        { x: 100, y: 200 },
        { x: 225, y: 200 },
      ],
    ],
  ]),
};

test("names boxes, zone with people and capacity, line with counts each way, lane, signal, case and time", () => {
  const svg = overlaySvg(moment, 640, 360);
  for (const words of [
    "car 7 61A-123.45",
    "person 8",
    "plaza 2/3",
    "gate 5 / 2",
    ">lane<",
    "north red",
    "red-light · 7",
    "12.3 s",
  ]) {
    expect(svg).toContain(words);
  }
});

test("covers the head of a person and not that of a car, in a picture of another size than the scene's", async () => {
  const { data, info } = await sharp(Buffer.from(overlaySvg(moment, 640, 360)))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([640, 360, 4]);
  // A person's head is 11 pixels below the box's top; the scene is twice the picture's size.
  const alphaAt = (x: number, y: number): number => data[((y / 2) * info.width + x / 2) * 4 + 3] as number;
  expect(alphaAt(826, 112)).toBe(255);
  expect(alphaAt(226, 112)).toBe(0);
  expect(alphaAt(1000, 200)).toBe(0);
});

test("does not draw a box that is only predicted", () => {
  const hidden = { ...track(9, "truck", 400), observed: false };
  const svg = overlaySvg({ ...moment, frame: { ...moment.frame, tracks: [hidden] } }, 640, 360);
  expect(svg).not.toContain("truck 9");
});
