// A shaken picture: road users keep their identities and their places; what moves alike on the road is no shake.
import { describe, expect, it } from "vitest";
import type { Detection } from "../../../edge/detect/detection.ts";
import { createRoadUsers } from "../../../edge/rules/road-users.ts";
import { createTracker, type Tracker } from "../../../edge/track/tracker.ts";
import { createRandom } from "../../scenario/random.ts";
import { PX_PER_M, sceneOf } from "../rules/street.ts";

interface Place {
  readonly x: number;
  readonly y: number;
}
/** Metres on the ground by seconds. */
type Way = (t: number) => Place;

const WIDTH_M = 2.4;
const HEIGHT_M = 3;
const parked =
  (x: number, y: number): Way =>
  () => ({ x, y });
const driving =
  (x: number, y: number, speedX: number, speedY: number): Way =>
  (t) => ({ x: x + speedX * t, y: y + speedY * t });

const JUNCTION: readonly Way[] = [
  ...[12, 20, 28, 52].map((x) => parked(x, 33)),
  driving(4, 8, 2.2, 0),
  driving(9, 14, 1.5, 0),
  driving(60, 20, -1.8, 0),
  driving(55, 26, -2.4, 0),
  driving(34, 5, 0, 0.9),
  driving(44, 30, 0, -0.8),
];

const STILL: Way = () => ({ x: 0, y: 0 });
/** Pixels: a mast that swings from the third second on, and is struck in the tenth. */
const WIND: Way = (t) => {
  const swing = Math.min(1, Math.max(0, t - 3));
  const blow = t < 10 ? 0 : 60 * Math.exp(-(t - 10) / 0.15);
  return {
    x: swing * 26 * Math.sin(2 * Math.PI * 1.3 * t) + blow,
    y: swing * 16 * Math.sin(2 * Math.PI * 0.9 * t),
  };
};

function seen(ways: readonly Way[], t: number, off: Place, jitter: () => number): Detection[] {
  return ways.map((way, truthId) => {
    const { x, y } = way(t);
    const foot = { x: x * PX_PER_M + off.x + jitter(), y: y * PX_PER_M + off.y + jitter() };
    const half = (WIDTH_M * PX_PER_M) / 2;
    const box = { x1: foot.x - half, y1: foot.y - HEIGHT_M * PX_PER_M, x2: foot.x + half, y2: foot.y };
    return { box, class: "car", confidence: 0.9, truthId };
  });
}

/** Calls back after each step. */
function follow(
  ways: readonly Way[],
  camera: Way,
  fps: number,
  look: (tracker: Tracker, tracks: ReturnType<Tracker["step"]>, t: number) => void,
): void {
  const random = createRandom("shake");
  const tracker = createTracker();
  for (let frame = 0; frame <= 16 * fps; frame++) {
    const t = frame / fps;
    const detections = seen(ways, t, camera(t), () => random.between(-1.5, 1.5));
    look(tracker, tracker.step(t * 1000, detections), t);
  }
}

describe.each([5, 10])("in a picture that the wind shakes, %i frames a second", (fps) => {
  it("every road user keeps its identity", () => {
    const identities = new Map<number, Set<number>>();
    follow(JUNCTION, WIND, fps, (_tracker, tracks) => {
      for (const { truthId, id } of tracks) {
        if (truthId !== undefined) identities.set(truthId, (identities.get(truthId) ?? new Set()).add(id));
      }
    });
    expect([...identities.values()].map((ids) => ids.size)).toEqual(JUNCTION.map(() => 1));
  });

  it("what stands, stands, and is where it was", () => {
    const users = createRoadUsers(sceneOf(""));
    const since = new Map<number, Set<number>>();
    let furthestM = 0;
    follow(JUNCTION, WIND, fps, (tracker, tracks, t) => {
      for (const { track, standingSinceMs, place } of users.step(t * 1000, tracks, tracker.shift)) {
        const way = track.truthId === undefined ? undefined : JUNCTION[track.truthId];
        if (way === undefined || way(0).y !== 33 || t < 3) continue;
        since.set(track.id, (since.get(track.id) ?? new Set()).add(standingSinceMs ?? -1));
        furthestM = Math.max(furthestM, Math.hypot(place.x - way(t).x, place.y - way(t).y));
      }
    });
    expect([...since.values()].map((times) => times.size)).toEqual([1, 1, 1, 1]);
    expect([...since.values()].flatMap((times) => [...times])).not.toContain(-1);
    expect(furthestM).toBeLessThan(1);
  });
});

describe("nothing is taken for a shake", () => {
  const QUEUE = [0, 1, 2, 3, 4, 5, 6, 7].map((place): Way => {
    const start = parked(6 + 5 * (place % 4), place < 4 ? 15 : 19);
    return (t) => ({ x: start(t).x + 1.5 * Math.max(0, t - 5) ** 2, y: start(t).y });
  });

  // From before a mast, its places go with the inverse of the distance.
  const PLATOON = [0, 1, 2, 3, 4].map(
    (place): Way =>
      (t) => ({
        x: 32 + (place - 2) * 3,
        y: 8 + 300 / (12 + 2 * (place % 3) + 9 * t),
      }),
  );

  it.each([
    ["when a platoon drives away and gets slower in the picture", PLATOON, 10],
    ["when it does so before a slower camera", PLATOON, 5],
    ["while the camera is still", JUNCTION, 10],
    ["when a whole queue starts at once, at 3 m/s²", QUEUE, 5],
    ["when it does so before a faster camera", QUEUE, 25],
  ] as const)("%s", (_what, ways, fps) => {
    follow(ways, STILL, fps, ({ shift }) => {
      expect(shift).toEqual({ x: 0, y: 0 });
    });
  });
});
