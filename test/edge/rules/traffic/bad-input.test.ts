// What rules make of input that no camera should send: they neither fall over nor accuse twice.
import { expect, test } from "vitest";
import type { Detection } from "../../../../edge/detect/detection.ts";
import type { EventDraft } from "../../../../edge/event/event-draft.ts";
import type { Pipeline } from "../../../../edge/pipeline.ts";
import { MAX_DETECTIONS } from "../../../../edge/track/prepare.ts";
import { type Actor, dataOf, detectionOf, drive, play, sceneOf, startPipeline, typesOf } from "../street.ts";

const rest =
  "zones:\n" +
  "  - {name: shoulder, kind: emergency-lane, polygon: [[0, 300], [1280, 300], [1280, 400], [0, 400]]}\n" +
  "  - {name: kerb, kind: no-stopping, polygon: [[0, 400], [1280, 400], [1280, 500], [0, 500]]}\n" +
  "rules:\n" +
  "  - {rule: emergency-lane, zone: shoulder}\n" +
  "  - {rule: stopping, zone: kerb, max_s: 10}\n";
const scene = sceneOf(rest);
/** On the shoulder for 12 s. */
const rider: Actor = {
  class: "motorcycle",
  id: 1,
  path: drive([
    [0, 4, 17],
    [12, 60, 17],
  ]),
};
/** Stands at the kerb from 3 s on. */
const parked: Actor = {
  class: "car",
  id: 2,
  path: drive([
    [0, 4, 22],
    [3, 30, 22],
    [40, 30, 22],
  ]),
};

/** Shows one frame of the actors: `tMs` of media time, `t` seconds of their paths. */
function show(
  pipeline: Pipeline,
  actors: readonly Actor[],
  t: number,
  tMs: number,
  { captureMs = tMs, extra = [], moved = false }: Odd = {},
): EventDraft[] {
  const detections = actors.flatMap((actor) => {
    const at = actor.path(t);
    return at === undefined ? [] : [detectionOf(actor, at)];
  });
  const time = { ptsMs: tMs, tMs, timeline: 0, captureMs, method: "media", boxArrivalMs: captureMs } as const;
  const seen = pipeline.see({
    time,
    detections: [...extra, ...detections],
    health: { moved, notices: [] },
  });
  return seen.map(({ draft }) => draft);
}

/** What is odd about a frame. */
interface Odd {
  readonly captureMs?: number;
  readonly extra?: readonly Detection[];
  readonly moved?: boolean;
}

test("a vehicle that is lost for a second and a half, again and again, gives one case", () => {
  const missed = (frame: number): boolean => frame % 35 >= 20;
  expect(dataOf(play({ scene, actors: [rider], untilS: 13, missed }), "emergency-lane")).toHaveLength(1);
});

test("a frame that comes twice changes nothing", () => {
  const pipeline = startPipeline(scene);
  const once = dataOf(play({ scene, actors: [rider, parked], untilS: 20 }), "stopping");
  const twice: EventDraft[] = [];
  for (let frame = 0; frame <= 200; frame++) {
    for (let copy = 0; copy < 2; copy++)
      twice.push(...show(pipeline, [rider, parked], frame / 10, frame * 100));
  }
  expect(once).toHaveLength(1);
  expect(dataOf(twice, "stopping").map((data) => data["t_ms"])).toEqual(once.map((data) => data["t_ms"]));
  expect(dataOf(twice, "emergency-lane")).toHaveLength(1);
});

test("a wall clock that steps moves no case in media time and makes none", () => {
  const steady = dataOf(play({ scene, actors: [parked], untilS: 20 }), "stopping").map(
    (data) => data["t_ms"],
  );
  for (const stepMs of [-3_600_000, 3_600_000]) {
    const pipeline = startPipeline(scene);
    const events: EventDraft[] = [];
    for (let frame = 0; frame <= 200; frame++) {
      const tMs = frame * 100;
      events.push(
        ...show(pipeline, [parked], frame / 10, tMs, {
          captureMs: 7_200_000 + tMs + (frame < 80 ? 0 : stepMs),
        }),
      );
    }
    expect(dataOf(events, "stopping").map((data) => data["t_ms"])).toEqual(steady);
  }
});

test("media time that jumps on by an hour is no hour of standing", () => {
  const pipeline = startPipeline(scene);
  const events: EventDraft[] = [];
  for (let frame = 0; frame <= 120; frame++) {
    const tMs = frame * 100 + (frame < 60 ? 0 : 3_600_000);
    events.push(...show(pipeline, [parked], frame / 10, tMs));
  }
  expect(dataOf(events, "stopping")).toEqual([]);
});

test("media time that falls back makes no second case and ends nothing", () => {
  const pipeline = startPipeline(scene);
  const events: EventDraft[] = [];
  for (let frame = 0; frame <= 300; frame++) {
    const tMs = frame * 100 - (frame < 160 ? 0 : 5000);
    events.push(...show(pipeline, [parked], frame / 10, tMs));
  }
  expect(dataOf(events, "stopping")).toHaveLength(1);
});

test("boxes that are no boxes are left out, whatever they are beside", () => {
  const plain = play({ scene, actors: [rider, parked], untilS: 20 });
  const pipeline = startPipeline(scene);
  const events: EventDraft[] = [];
  const broken = [
    { x1: Number.NaN, y1: 300, x2: 400, y2: 350 },
    { x1: 300, y1: Number.NEGATIVE_INFINITY, x2: 400, y2: Number.POSITIVE_INFINITY },
    { x1: 400, y1: 350, x2: 300, y2: 300 },
    { x1: 400, y1: 350, x2: 400, y2: 350 },
  ].map((box) => ({ box, class: "car" as const, confidence: 0.9 }));
  for (let frame = 0; frame <= 200; frame++)
    events.push(...show(pipeline, [rider, parked], frame / 10, frame * 100, { extra: broken }));
  for (const rule of ["stopping", "emergency-lane"]) {
    const times = (drafts: readonly EventDraft[]) => dataOf(drafts, rule).map((data) => data["t_ms"]);
    expect(times(events)).toEqual(times(plain));
    expect(times(events)).toHaveLength(1);
  }
});

test("of five thousand detections in a frame the surest are followed, and a parked car among them is still a case", () => {
  const pipeline = startPipeline(scene);
  const events: EventDraft[] = [];
  for (let frame = 0; frame <= 150; frame++) {
    const noise = Array.from({ length: frame % 50 === 0 ? 5000 : 0 }, (_, index) => {
      const [x, y] = [(index * 37) % 1240, (index * 53) % 240];
      return { box: { x1: x, y1: y, x2: x + 30, y2: y + 30 }, class: "car" as const, confidence: 0.5 };
    });
    events.push(...show(pipeline, [parked], frame / 10, frame * 100, { extra: noise }));
    expect(pipeline.latest?.tracks.length ?? 0).toBeLessThanOrEqual(2 * MAX_DETECTIONS);
  }
  expect(dataOf(events, "stopping")).toHaveLength(1);
});

test("once the camera was moved cases are observations that say so, and cases come again when it is back", () => {
  for (const [backMs, states] of [
    [8000, ["unverified", "ok"]],
    [Number.POSITIVE_INFINITY, ["unverified"]],
  ] as const) {
    const pipeline = startPipeline(scene);
    const events: EventDraft[] = [];
    for (let frame = 0; frame <= 200; frame++) {
      const tMs = frame * 100;
      events.push(...show(pipeline, [parked], frame / 10, tMs, { moved: tMs > 5000 && tMs < backMs }));
    }
    const back = backMs === 8000;
    expect(typesOf(events, "stopping")).toEqual([
      back ? "vn.ngatu.traffic.case.v1" : "vn.ngatu.traffic.observation.v1",
    ]);
    expect(dataOf(events, "stopping")[0]?.["withheld"]).toBe(back ? undefined : "scene-unverified");
    const health = events.filter(({ type }) => type === "vn.ngatu.health.v1");
    expect(health.map(({ data }) => (data as { state?: string }).state)).toEqual(states);
  }
});
