// Which vehicles are looked at for their plates, and how often.
import { expect, test } from "vitest";
import { PlateSchedule, type Want } from "../../../edge/plate/schedule.ts";
import type { Track } from "../../../edge/track/track.ts";

function vehicle(id: number, width: number, more: Partial<Track> = {}): Track {
  return {
    id,
    class: "motorcycle",
    box: { x1: 100, y1: 100, x2: 100 + width, y2: 100 + 1.5 * width },
    velocity: { x: 0, y: 0 },
    confidence: 0.9,
    firstSeenMs: 0,
    lastSeenMs: 0,
    observed: true,
    ...more,
  };
}

const unknown = (): Want => "unknown";
const ids = (vehicles: readonly { readonly id: number }[]): number[] => vehicles.map(({ id }) => id);

test("the widest come first, two in a frame; those with a case come before them and on top", () => {
  const tracks = [vehicle(1, 100), vehicle(2, 300), vehicle(3, 200), vehicle(4, 90)];
  const schedule = new PlateSchedule({ scale: 1 });
  expect(ids(schedule.choose(0, tracks, unknown))).toEqual([2, 3]);
  expect(ids(schedule.choose(0, tracks, (id) => (id === 4 ? "case" : "unknown")))).toEqual([4, 2, 3]);
});

test("who is too small to be read, not seen in this frame, or no vehicle, is not looked at", () => {
  const tracks = [
    vehicle(1, 30),
    vehicle(2, 300, { observed: false }),
    vehicle(3, 300, { class: "person" }),
    vehicle(4, 300, { class: "rider" }),
  ];
  expect(new PlateSchedule({ scale: 1 }).choose(0, tracks, unknown)).toEqual([]);
  // In a full-size picture three times the scene's the first one is 90 pixels wide.
  expect(ids(new PlateSchedule({ scale: 3 }).choose(0, tracks, unknown))).toEqual([1]);
});

test("a known plate is read again only when its vehicle shows much wider", () => {
  const schedule = new PlateSchedule({ scale: 1 });
  schedule.looked(0, schedule.choose(0, [vehicle(1, 100)], unknown), new Set([1]));
  const known = (): Want => "known";
  expect(schedule.choose(5000, [vehicle(1, 150)], known)).toEqual([]);
  expect(ids(schedule.choose(5000, [vehicle(1, 170)], known))).toEqual([1]);
});

test("the pause doubles after looks that found none, and a vehicle that comes nearer ends it", () => {
  const schedule = new PlateSchedule({ scale: 1 });
  const looks: number[] = [];
  for (let tMs = 0; tMs <= 6000; tMs += 100) {
    const chosen = schedule.choose(tMs, [vehicle(1, 100)], unknown);
    if (chosen.length === 0) continue;
    looks.push(tMs);
    schedule.looked(tMs, chosen, new Set());
  }
  expect(looks).toEqual([0, 300, 900, 2100, 4500]);
  expect(ids(schedule.choose(6000, [vehicle(1, 130)], unknown))).toEqual([1]);
});

test("what was known of a vehicle goes with its track", () => {
  const schedule = new PlateSchedule({ scale: 1 });
  schedule.looked(0, schedule.choose(0, [vehicle(1, 100)], unknown), new Set());
  expect(schedule.choose(100, [vehicle(1, 100)], unknown)).toEqual([]);
  schedule.choose(200, [], unknown);
  expect(ids(schedule.choose(250, [vehicle(1, 100)], unknown))).toEqual([1]);
});
