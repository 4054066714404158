// Faults of a picture are told apart on drawn scenes; `ngatu eval camera-health` does the same on real clips.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { HealthMonitor } from "../../../edge/health/monitor.ts";
import { keepReference, keptReference, referenceFile } from "../../../edge/health/reference-file.ts";
import { SAMPLE, type Sample } from "../../../edge/health/sample.ts";

/** A number from 0 to 1 that looks random and is always the same for the same place. */
function hash(x: number, y: number, z: number): number {
  const value = Math.sin(x * 127.1 + y * 311.7 + z * 74.7) * 43_758.5453;
  return value - Math.floor(value);
}

/** A street of blocks of different greys, seen by a sensor with noise; `by` points further to the left. */
function street(second: number, by = 0): Sample {
  return sampleOf((x, y) => {
    const block = hash(Math.floor((x + by) / 7), Math.floor(y / 6), 1);
    return 60 + 130 * block + 4 * hash(x, y, second);
  });
}

function sampleOf(greyAt: (x: number, y: number) => number): Sample {
  const { width, height } = SAMPLE;
  return Uint8Array.from({ length: width * height }, (_, at) =>
    Math.min(255, greyAt(at % width, Math.floor(at / width))),
  );
}

/** Twenty healthy seconds, then `seconds` of what `picture` makes; what opened and closed. */
function watch(picture: (second: number) => Sample, seconds = 20, monitor = new HealthMonitor()): string[] {
  const told: string[] = [];
  for (let second = 0; second < 20 + seconds; second++) {
    const sample = second < 20 ? street(second) : picture(second);
    told.push(...monitor.step(second * 1000, sample).map(({ kind, state }) => `${kind} ${state}`));
  }
  return told;
}

test("a quiet scene opens nothing", () => {
  expect(watch((second) => street(second), 60)).toEqual([]);
});

test.each([
  ["covered", (second: number) => sampleOf((x, y) => 40 + 6 * hash(x, y, second))],
  ["dark", (second: number) => street(second).map((grey) => grey * 0.07)],
  ["glare", (second: number) => street(second).map((grey) => Math.min(255, grey * 2.5))],
  ["moved", (second: number) => street(second, 17)],
  ["frozen", () => street(19)],
])("a picture that is %s is called so, and nothing else", (kind, picture) => {
  expect(watch(picture)).toEqual([`${kind} opened`]);
});

test("a turn is seen in a soft picture too, whose wide edges still lie on each other", () => {
  const waves = (second: number, by: number): Sample =>
    sampleOf((x, y) => 110 + 60 * Math.sin((2 * Math.PI * (x + by)) / 68) + 4 * hash(x, y, second));
  const monitor = new HealthMonitor();
  const told = Array.from({ length: 40 }, (_, second) =>
    monitor
      .step(second * 1000, waves(second, second < 20 ? 0 : 15))
      .map(({ kind, state }) => `${kind} ${state}`),
  );
  expect(told.flat()).toEqual(["moved opened"]);
});

test("a fault closes when the picture is well again", () => {
  const cover = sampleOf(() => 40);
  expect(watch((second) => (second < 30 ? cover.map((g) => g + (second % 3)) : street(second)))).toEqual([
    "covered opened",
    "covered closed",
  ]);
});

test("a lorry that stands before the lens for some seconds opens nothing", () => {
  const lorry = (second: number): Sample => sampleOf((x, y) => 90 + 5 * hash(x, y, second));
  expect(watch((second) => (second < 24 ? lorry(second) : street(second)))).toEqual([]);
});

test("a camera turned while the box was off is found by the background kept with the scene", () => {
  const folder = mkdtempSync(join(tmpdir(), "ngatu-background-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = referenceFile(folder, "gate");
  const before = new HealthMonitor();
  watch((second) => street(second), 0, before);
  keepReference(file, "scene-1", before.reference);
  const after = new HealthMonitor(keptReference(file, "scene-1"));
  const told = Array.from({ length: 10 }, (_, second) =>
    after.step(second * 1000, street(second, -12)),
  ).flat();
  expect(told).toMatchObject([{ kind: "moved", state: "opened", turnedPercent: [6.3, 0] }]);
  expect(after.moved).toBe(true);
  expect(keptReference(file, "scene-2")).toBeUndefined();
});
