// A listed plate on a vehicle: told once as a match; one that differs in a character is offered as possible, never as a match.
import { expect, test } from "vitest";
import type { PlateReading } from "../../../edge/detect/detection.ts";
import { compare } from "../../../edge/plate/hot-list.ts";
import { type Actor, detectionOf, drive, sceneOf, startPipeline } from "../rules/street.ts";

const LISTED = { id: "e1", name: "stolen", plate: "61A12345", expiresMs: 60_000 };

/** A car drives through for eight seconds and its plate is read as told, from one frame on. */
function told(read: string, expiresMs = LISTED.expiresMs): { tMs: number; data: Record<string, unknown> }[] {
  const pipeline = startPipeline(sceneOf("rules:\n  - {rule: watch-list}\n"));
  pipeline.setHotList([{ ...LISTED, expiresMs }]);
  const path = drive([
    [0, 4, 10],
    [8, 50, 10],
  ]);
  const car: Actor = { class: "car", path };
  return Array.from({ length: 80 }, (_, frame) => {
    const tMs = frame * 100;
    const detection = detectionOf(car, path(frame / 10) ?? { x: 0, y: 0 });
    const x = (detection.box.x1 + detection.box.x2) / 2;
    const box = { x1: x - 8, y1: detection.box.y2 - 12, x2: x + 8, y2: detection.box.y2 - 6 };
    const plates: PlateReading[] = frame < 30 ? [] : [{ box, text: read, confidence: 0.9 }];
    const time = {
      ptsMs: tMs,
      tMs,
      timeline: 0,
      captureMs: tMs,
      method: "media",
      boxArrivalMs: tMs,
    } as const;
    return pipeline
      .see({ time, detections: [detection], plates })
      .filter(({ draft }) => draft.type === "vn.ngatu.face.match.v1")
      .map(({ draft }) => ({ tMs, data: draft.data }));
  }).flat();
}

test("the listed plate is told once, within two seconds of its first reading", () => {
  const [match, ...more] = told("61A12345");
  expect(more).toEqual([]);
  expect(match?.data).toMatchObject({
    rule: "watch-list",
    match: "match",
    entry: { id: "e1", name: "stolen" },
    plate: { text: "61A12345", display: "61A-123.45" },
  });
  expect((match?.tMs ?? 0) - 3000).toBeLessThanOrEqual(2000);
});

test("a plate with one other character is possible, with that character, and no match", () => {
  expect(told("61A12346").map(({ data }) => data)).toMatchObject([
    { match: "possible", differs: { place: 8, read: "6", listed: "5" } },
  ]);
});

test("other plates and an entry that has expired are told of in nothing", () => {
  expect(told("51F67890")).toEqual([]);
  expect(told("61A12345", 3000)).toEqual([]);
});

test("two characters, a missing one or a turned pair make another plate", () => {
  for (const other of ["61A1234", "61A13245", "61A123455", "51F12345"])
    expect(compare(other, LISTED.plate)).toBeUndefined();
  expect(compare("61A12355", LISTED.plate)).toEqual({ place: 7, read: "5", listed: "4" });
});
