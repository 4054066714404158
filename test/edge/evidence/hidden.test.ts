// What a moment of film must not show, from the analysed frames around it.
import { describe, expect, test } from "vitest";
import { hiddenBetween } from "../../../edge/evidence/hidden.ts";
import { maskOf, maskSize } from "../../../edge/evidence/mask.ts";
import { SightingLog } from "../../../edge/evidence/sighting-log.ts";

const box = (x1: number, y1: number, x2: number, y2: number) => ({ x1, y1, x2, y2 });

describe("between two analysed frames", () => {
  const log = new SightingLog(60_000);
  log.see(1_000, [
    { class: "motorcycle", box: box(100, 100, 200, 200), id: 1 },
    { class: "car", box: box(400, 100, 500, 200), id: 2 },
  ]);
  log.see(1_200, [
    { class: "motorcycle", box: box(300, 100, 400, 200), id: 1 },
    { class: "car", box: box(400, 100, 500, 200), id: 2 },
  ]);
  const frames = log.around(0, 5_000);

  test("a rider's head is hidden on the whole way, also where no frame was analysed", () => {
    const { heads, all } = hiddenBetween(frames, 1_080, 1_120, undefined);
    expect(all).toBe(false);
    const middle = { x: 250, y: 110 };
    expect(
      heads.some(
        (head) => head.x1 < middle.x && middle.x < head.x2 && head.y1 < middle.y && middle.y < head.y2,
      ),
    ).toBe(true);
  });

  test("another vehicle's plate is hidden, the subject's is not", () => {
    const { plates, subject } = hiddenBetween(frames, 1_080, 1_120, 2);
    expect(subject).toEqual(box(400, 100, 500, 200));
    expect(plates.length).toBeGreaterThan(0);
    expect(plates.some(({ x2 }) => x2 > 460)).toBe(false);
    expect(hiddenBetween(frames, 1_080, 1_120, 1).plates.some(({ x1, x2 }) => x1 <= 400 && x2 >= 500)).toBe(
      true,
    );
  });

  test("a detection that nobody follows is hidden in the frames on both sides of it", () => {
    const doubtful = new SightingLog(60_000);
    doubtful.see(1_000, []);
    doubtful.see(1_200, [{ class: "person", box: box(10, 10, 30, 70) }]);
    doubtful.see(1_400, []);
    const seen = doubtful.around(0, 5_000);
    expect(hiddenBetween(seen, 1_040, 1_080, undefined).heads).toHaveLength(1);
    expect(hiddenBetween(seen, 1_340, 1_380, undefined).heads).toHaveLength(1);
  });

  test("everything is hidden where nobody looked for longer than anybody can vouch for", () => {
    const seldom = new SightingLog(60_000);
    seldom.see(1_000, []);
    seldom.see(9_000, []);
    expect(hiddenBetween(seldom.around(0, 9_000), 4_000, 4_040, undefined).all).toBe(true);
    expect(hiddenBetween(frames, 500, 540, undefined).all).toBe(true);
    expect(hiddenBetween(frames, 1_300, 1_340, undefined).all).toBe(true);
    expect(hiddenBetween([], 0, 40, undefined).all).toBe(true);
  });
});

test("the log forgets frames that are older than it keeps", () => {
  const log = new SightingLog(1_000);
  for (let tMs = 0; tMs <= 10_000; tMs += 200) log.see(tMs, []);
  expect(log.around(0, 10_000)[0]?.tMs).toBe(9_000);
  expect(log.nearest(9_290)).toBe(9_200);
});

test("a mask hides outwards to whole cells, and never a part of a head for the subject's sake", () => {
  const scene = { width: 960, height: 540 };
  const mask = maskSize(scene);
  expect(mask).toEqual({ width: 480, height: 270 });
  const head = box(101, 101, 103, 103);
  const cells = maskOf(
    { all: false, plates: [box(0, 0, 200, 200)], subject: box(50, 50, 150, 150), heads: [head] },
    scene,
    mask,
  );
  const at = (x: number, y: number): number =>
    cells[Math.floor(y / 2) * mask.width + Math.floor(x / 2)] ?? -1;
  expect(at(10, 10)).toBe(255);
  expect(at(100, 60)).toBe(0);
  expect(at(102, 102)).toBe(255);
  expect(at(300, 300)).toBe(0);
});
