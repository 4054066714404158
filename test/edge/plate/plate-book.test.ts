// Plates over frames: each goes to the vehicle that holds it longest and moves with it, never to a neighbour.
import { describe, expect, it } from "vitest";
import type { ClassName } from "../../../contract/common.ts";
import type { Detection, PlateReading } from "../../../edge/detect/detection.ts";
import { createPlateBook, type PlateBook, platedVehicles } from "../../../edge/plate/plate-book.ts";
import { createTracker } from "../../../edge/track/tracker.ts";

const FPS = 10;

interface Vehicle {
  readonly class: ClassName;
  readonly width: number;
  readonly height: number;
  /** Bottom centre by seconds, pixels; undefined while it is away. */
  readonly at: (t: number) => readonly [x: number, y: number] | undefined;
  /** What is read on it in a frame; nothing by default. */
  readonly reads?: (frame: number) => readonly [text: string, confidence: number] | undefined;
}

function motorbike(at: Vehicle["at"], reads?: Vehicle["reads"]): Vehicle {
  return { class: "motorcycle", width: 60, height: 90, at, ...(reads === undefined ? {} : { reads }) };
}

function plateOn({ width, height }: Vehicle, x: number, y: number): PlateReading["box"] {
  const middle = y - 0.35 * height;
  return { x1: x - width / 6, y1: middle - 6, x2: x + width / 6, y2: middle + 6 };
}

/** Follows the vehicles, and tells after each frame which plate each of them is thought to have. */
function drive(
  vehicles: readonly Vehicle[],
  seconds: number,
  look?: (texts: readonly (string | undefined)[], t: number) => void,
): { book: PlateBook; tracks: readonly (number | undefined)[]; texts: readonly (string | undefined)[] } {
  const tracker = createTracker();
  const book = createPlateBook();
  const tracks: (number | undefined)[] = vehicles.map(() => undefined);
  let texts: readonly (string | undefined)[] = [];
  for (let frame = 0; frame <= seconds * FPS; frame++) {
    const t = frame / FPS;
    const detections: Detection[] = [];
    const plates: PlateReading[] = [];
    vehicles.forEach((vehicle, truthId) => {
      const place = vehicle.at(t);
      if (place === undefined) return;
      const [x, y] = place;
      const box = { x1: x - vehicle.width / 2, y1: y - vehicle.height, x2: x + vehicle.width / 2, y2: y };
      detections.push({ box, class: vehicle.class, confidence: 0.9, truthId });
      const read = vehicle.reads?.(frame);
      if (read !== undefined)
        plates.push({ box: plateOn(vehicle, x, y), text: read[0], confidence: read[1] });
    });
    const seen = tracker.step(t * 1000, detections);
    for (const { id, truthId } of seen) if (truthId !== undefined) tracks[truthId] = id;
    book.step(t * 1000, seen);
    book.read(t * 1000, plates, platedVehicles(seen));
    texts = tracks.map((id) => (id === undefined ? undefined : book.plateOf(id)?.text));
    look?.(texts, t);
  }
  return { book, tracks, texts };
}

const always =
  (text: string, confidence = 0.9): Vehicle["reads"] =>
  () => [text, confidence];

describe("a plate belongs to the vehicle that it moves with", () => {
  it("when one motorbike overtakes another whose plate cannot be read", () => {
    const slow = motorbike((t) => [300 + 20 * t, 400]);
    const fast = motorbike((t) => [200 + 80 * t, 415], always("59E112903"));
    drive([slow, fast], 5, ([ofSlow]) => {
      expect(ofSlow).toBeUndefined();
    });
    expect(drive([slow, fast], 5).texts[1]).toBe("59E112903");
  });

  it("when two ride abreast, their boxes over each other, and both are read", () => {
    const left = motorbike((t) => [300 + 40 * t, 400], always("59E112903"));
    const right = motorbike((t) => [336 + 40 * t, 406], always("61B254321"));
    expect(drive([left, right], 3).texts).toEqual(["59E112903", "61B254321"]);
  });

  it("when a car stands behind a motorbike that passes", () => {
    const car: Vehicle = { class: "car", width: 220, height: 150, at: () => [500, 420] };
    const bike = motorbike((t) => [300 + 90 * t, 425], always("59E112903"));
    drive([car, bike], 5, ([ofCar]) => {
      expect(ofCar).toBeUndefined();
    });
  });

  it("also after it was not read for a second", () => {
    const reads = (frame: number): readonly [string, number] | undefined =>
      frame % 20 < 10 ? ["61A12345", 0.8] : undefined;
    const car: Vehicle = { class: "car", width: 220, height: 150, at: (t) => [200 + 60 * t, 420], reads };
    const { book, tracks } = drive([car], 6);
    expect(book.plateOf(tracks[0] ?? 0)).toMatchObject({ text: "61A12345", display: "61A-123.45" });
  });
});

describe("readings are voted over", () => {
  const still: Vehicle["at"] = () => [400, 400];

  it("a wrong first reading does not win", () => {
    const reads = (frame: number): readonly [string, number] =>
      frame < 3 ? ["59E712903", 0.6] : ["59E112903", 0.9];
    expect(drive([motorbike(still, reads)], 3).texts[0]).toBe("59E112903");
  });

  it("errors at different places leave the plate that no single frame gave", () => {
    const wrong = ["59E112908", "59E117903", "58E112903"];
    const reads = (frame: number): readonly [string, number] => [wrong[frame % 3] ?? "", 0.8];
    expect(drive([motorbike(still, reads)], 3).texts[0]).toBe("59E112903");
  });

  it.each([
    ["it was read once", (frame: number) => (frame === 5 ? ["59E112903", 0.95] : undefined)],
    [
      "two texts contradict each other",
      (frame: number) => [frame % 2 === 0 ? "59E112903" : "59E612903", 0.9],
    ],
    [
      "it is outside the grammar and changes",
      (frame: number) => [frame % 3 === 0 ? "WX9812" : "WX9B12", 0.6],
    ],
  ] as const)("none is told when %s", (_why, reads) => {
    expect(drive([motorbike(still, reads as NonNullable<Vehicle["reads"]>)], 3).texts[0]).toBeUndefined();
  });

  it("a foreign plate that is read alike passes through", () => {
    expect(drive([motorbike(still, always("WX-98 12"))], 3).texts[0]).toBe("WX9812");
  });

  it("what fits both a car and an old motorbike is written as the vehicle's", () => {
    const { book, tracks } = drive([motorbike(still, always("61A12345"))], 3);
    expect(book.plateOf(tracks[0] ?? 0)?.display).toBe("61A1-2345");
  });
});

it("a plate is forgotten with its track", () => {
  const bike = motorbike((t) => (t > 2 ? undefined : [400, 400]), always("59E112903"));
  const { texts } = drive([bike], 8);
  expect(texts).toEqual([undefined]);
});
