// Kept tracks: few bytes, nothing but boxes, bounded, and back as they were.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import pino from "pino";
import { afterAll, describe, expect, test } from "vitest";
import { CLASSES } from "../../../contract/common.ts";
import {
  type LoggedFrame,
  packMinute,
  TrackLogError,
  type TrackMinute,
  unpackMinute,
} from "../../../edge/track-log/minute.ts";
import { TrackLog } from "../../../edge/track-log/track-log.ts";
import type { RuleFrame } from "../../../edge/rules/rule.ts";
import { createRandom } from "../../scenario/random.ts";

const folder = mkdtempSync(join(tmpdir(), "ngatu-tracks-"));
afterAll(() => rmSync(folder, { recursive: true }));

const START = Date.parse("2026-11-24T01:00:00Z");
const minuteOf = (frames: readonly LoggedFrame[]): TrackMinute => ({
  camera: "c",
  sceneHash: "ab",
  frames,
  signals: [{ frame: 0, states: { north: "red" } }],
  raised: [{ type: "vn.ngatu.traffic.case.v1", rule: "turn", at_ms: START, track: 3 }],
});

/** 30 vehicles that drive across the picture for a minute, five frames a second, their boxes as unsteady as a detector's. */
function busyMinute(): TrackMinute {
  const random = createRandom(7);
  const frames = Array.from({ length: 300 }, (_, frame) => ({
    captureMs: START + frame * 200 + random.integer(0, 20),
    boxes: Array.from({ length: 30 }, (__, track) => {
      const x = 100 + ((track * 97 + frame * (3 + (track % 9))) % 1000);
      const y = 200 + ((track * 53 + frame * (track % 5)) % 400);
      const [width, height] = [60 + (track % 4) * 20, 80];
      const sides = [x, y, x + width, y + height].map((side) =>
        Math.round(random.normal(side, 0.05 * height)),
      );
      return {
        track: track + 1,
        class: "motorcycle" as const,
        box: sides as [number, number, number, number],
      };
    }),
  }));
  return minuteOf(frames);
}

describe("a minute of tracks", () => {
  test("of 30 vehicles whose boxes jitter by 5 % takes no more than 40 kB, and comes back", async () => {
    const minute = busyMinute();
    const packed = await packMinute(minute);
    expect(packed.length).toBeLessThanOrEqual(40_000);
    expect(await unpackMinute(packed)).toEqual(minute);
  });

  test("comes back whatever its boxes, classes, times and gaps", async () => {
    const side = fc.integer({ min: -20_000, max: 20_000 });
    const box = fc.record({
      track: fc.integer({ min: 1, max: 1e9 }),
      class: fc.constantFrom(...CLASSES),
      box: fc.tuple(side, side, side, side),
    });
    const boxes = fc.uniqueArray(box, { selector: ({ track }) => track, maxLength: 5 });
    const frames = fc.array(fc.record({ stepMs: fc.integer({ min: 0, max: 1e6 }), boxes }), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(frames, async (steps) => {
        let captureMs = START;
        const minute = minuteOf(
          steps.map((step) => ({ captureMs: (captureMs += step.stepMs), boxes: step.boxes })),
        );
        const back = await unpackMinute(await packMinute(minute));
        const sorted = (value: TrackMinute): unknown =>
          value.frames.map((frame) => [frame.captureMs, [...frame.boxes].sort((a, b) => a.track - b.track)]);
        expect(sorted(back)).toEqual(sorted(minute));
      }),
    );
  });

  test("is refused when it is cut short or something else", async () => {
    const packed = await packMinute(busyMinute());
    await expect(unpackMinute(packed.subarray(0, 500))).rejects.toThrow(TrackLogError);
    await expect(unpackMinute(Buffer.from("nothing of ours"))).rejects.toThrow(TrackLogError);
  });
});

function frameAt(captureMs: number): RuleFrame {
  const detected = { x1: 1.4, y1: 2, x2: 30, y2: 40 };
  const tracks = (["car", "face", "head"] as const).map((name, index) => ({
    id: index + 1,
    class: name,
    detected,
  }));
  return { captureMs, tracks, signals: new Map() } as unknown as RuleFrame;
}

describe("the log of tracks", () => {
  const log = pino({ level: "silent" });

  test("keeps a file a minute, without faces and heads", async () => {
    const into = join(folder, "a");
    const tracks = new TrackLog({ folder: into, camera: "c", maxDays: 7, maxBytes: 1e6, log });
    for (let s = 0; s < 150; s++) tracks.see(frameAt(START + s * 1000), "ab");
    await tracks.stop();
    const names = readdirSync(into);
    expect(names).toHaveLength(3);
    const first = await unpackMinute(readFileSync(join(into, names[0] ?? "")));
    expect(first.frames[0]?.boxes).toEqual([{ track: 1, class: "car", box: [1, 2, 30, 40] }]);
  });

  test("lets the oldest minutes go beyond its bytes and its days, and nothing that is not its own", async () => {
    const into = join(folder, "b");
    const days = new TrackLog({ folder: into, camera: "c", maxDays: 2, maxBytes: 1e6, log });
    for (let day = 0; day < 5; day++) days.see(frameAt(START + day * 86_400_000), "ab");
    await days.stop();
    expect(readdirSync(into)).toEqual([2, 3, 4].map((day) => `${START + day * 86_400_000}.tracks`));
    writeFileSync(join(into, "notes.txt"), "mine");
    const bytes = new TrackLog({ folder: into, camera: "c", maxDays: 100, maxBytes: 1, log });
    bytes.see(frameAt(START + 6 * 86_400_000), "ab");
    await bytes.stop();
    expect(readdirSync(into)).toEqual(["notes.txt"]);
  });
});
