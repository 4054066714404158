// What is told of plates: a case carries its vehicle's; an incident and a lawful vehicle name none.
import { expect, it } from "vitest";
import { buildEvent } from "../../../edge/event/builder.ts";
import type { PlateReading } from "../../../edge/detect/detection.ts";
import type { Observation } from "../../../edge/rules/rule.ts";
import { type Actor, detectionOf, drive, sceneOf, startPipeline } from "../rules/street.ts";

const LANE = `lanes:
  - {name: east, polygon: [[0, 100], [1280, 100], [1280, 500], [0, 500]], towards: [1400, 300], classes: [car]}
lines:
  - {name: gate, from: [640, 100], to: [640, 500], towards: [1200, 300], kind: count}
rules:
  - {rule: wrong-way, lane: east}
  - {rule: line-count, line: gate}
`;

it("a case has the plate of its own track; that of a lawful vehicle is in no event", () => {
  const scene = sceneOf(LANE);
  const pipeline = startPipeline(scene);
  const lawful: Actor = {
    class: "car",
    path: drive([
      [0, 4, 10],
      [9, 58, 10],
    ]),
  };
  const ghost: Actor = {
    class: "car",
    path: drive([
      [0, 58, 20],
      [9, 4, 20],
    ]),
  };
  const told: unknown[] = [];
  const plated = (text: string, { box }: { box: PlateReading["box"] }): PlateReading => {
    const [x, y] = [(box.x1 + box.x2) / 2, box.y2 - 8];
    return { box: { x1: x - 8, y1: y - 3, x2: x + 8, y2: y + 3 }, text, confidence: 0.9 };
  };
  for (let frame = 0; frame <= 90; frame++) {
    const tMs = frame * 100;
    const detections = [lawful, ghost].map((actor) =>
      detectionOf(actor, actor.path(frame / 10) ?? { x: 0, y: 0 }),
    );
    const [first, second] = detections;
    if (first === undefined || second === undefined) throw new Error("both are there all the time");
    const events = pipeline.see({
      time: { ptsMs: tMs, tMs, timeline: 0, captureMs: tMs, method: "media", boxArrivalMs: tMs },
      detections,
      plates: [plated("61A-123.45", first), plated("51F-678.90", second)],
    });
    told.push(...events.map(({ draft }) => draft));
  }
  told.push(...pipeline.finish().map(({ draft }) => draft));
  const cases = told.filter((event) => (event as { type: string }).type === "vn.ngatu.traffic.case.v1");
  expect(cases).toMatchObject([
    { data: { rule: "wrong-way", plate: { text: "51F67890", display: "51F-678.90" } } },
  ]);
  expect(JSON.stringify(told)).not.toContain("61A");
  expect(JSON.stringify(told)).toContain("line-count");
});

it("what a person may have to judge names its vehicle; an incident with the same track does not", () => {
  const time = { ptsMs: 0, tMs: 0, timeline: 0, captureMs: 0, method: "media", boxArrivalMs: 0 } as const;
  const plate = { text: "61A12345", display: "61A-123.45", confidence: 0.9 };
  const origin = { site: "s", box: "b", camera: "c", modelHashes: {}, identify: () => "id" };
  const named = [
    "vn.ngatu.traffic.case.v1",
    "vn.ngatu.traffic.observation.v1",
    "vn.ngatu.incident.v1",
  ] as const;
  const plates = named.map((type) => {
    const data = { rule: "stalled", track: { id: 1, class: "car" } } as const;
    const observation = { type, subject: "track-1", tMs: 0, data } as unknown as Observation;
    const { draft } = buildEvent(observation, time, sceneOf(LANE), {
      ...origin,
      plates: { plateOf: () => plate },
    });
    return (draft.data as { plate?: unknown }).plate;
  });
  expect(plates).toEqual([plate, plate, undefined]);
});
