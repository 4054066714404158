// Events: reproducible identities, canonical lines, the truth's majority, and payloads that fit their schemas.
import { fc, test as property } from "@fast-check/vitest";
import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import { Envelope, EVENT_TYPES } from "../../../contract/event.ts";
import { canonicalLine } from "../../../edge/event/canonical.ts";
import { liveIdentity, replayEpoch, replayIdentity } from "../../../edge/event/identity.ts";
import { createTruthVote } from "../../../edge/event/truth.ts";
import { createTracker } from "../../../edge/track/tracker.ts";
import { drive, play, sceneOf } from "../rules/street.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const key = { captureMs: 1_700_000_000_123.4, camera: "c", rule: "turn", passage: "p" };

describe("identities", () => {
  test("of a replay depend on run seed, time, camera, rule and passage, and on nothing else", () => {
    const id = replayIdentity("ab")(key);
    expect(id).toMatch(UUID_V7);
    expect(replayIdentity("ab")({ ...key })).toBe(id);
    const others = [
      replayIdentity("ac")(key),
      ...[{ captureMs: 0 }, { camera: "d" }, { rule: "riders" }, { passage: "q" }].map((change) =>
        replayIdentity("ab")({ ...key, ...change }),
      ),
    ];
    expect(new Set([id, ...others]).size).toBe(6);
    expect(replayEpoch("ab")).toMatch(/^[0-9a-f]{16}$/);
  });

  test("begin with the capture time, so that they sort by it", () => {
    expect(Number.parseInt(replayIdentity("ab")(key).replaceAll("-", "").slice(0, 12), 16)).toBe(
      1_700_000_000_123,
    );
  });

  test("live ones never repeat", () => {
    expect(liveIdentity(key)).toMatch(UUID_V7);
    expect(liveIdentity(key)).not.toBe(liveIdentity(key));
  });
});

describe("canonical lines", () => {
  test("sort keys, round to 3 decimals and know no minus zero", () => {
    expect(canonicalLine({ b: [1.23456, -0.0001], a: { y: 2, x: "é" } })).toBe(
      '{"a":{"x":"é","y":2},"b":[1.235,0]}',
    );
  });

  property.prop([fc.jsonValue()])("are the same for the same value read back", (value) => {
    const line = canonicalLine(value);
    expect(canonicalLine(JSON.parse(line))).toBe(line);
  });

  test("cannot hold NaN", () => {
    expect(() => canonicalLine({ a: Number.NaN })).toThrow(RangeError);
  });
});

test("the truth's identity is the majority's, and null when most boxes have none", () => {
  const vote = createTruthVote();
  const tracker = createTracker({ confirmHits: 1 });
  const see = (tMs: number, truthId: number | undefined): void => {
    const box = { x1: 0, y1: 0, x2: 50, y2: 100 };
    const detection = {
      box,
      class: "person",
      confidence: 0.9,
      ...(truthId === undefined ? {} : { truthId }),
    } as const;
    vote.see(tracker.step(tMs, [detection]));
  };
  see(0, 3);
  [100, 200].forEach((tMs) => see(tMs, 4));
  see(300, 3);
  see(400, 3);
  expect(vote.majority(1)).toBe(3);
  [500, 600, 700, 800, 900, 1000].forEach((tMs) => see(tMs, undefined));
  expect(vote.majority(1)).toBeNull();
  expect(vote.majority(99)).toBeNull();
});

test("every event of a busy street fits the envelope and the schema of its type", () => {
  const scene = sceneOf(`lines:
  - {name: gate, from: [640, 0], to: [640, 720], towards: [1280, 300], kind: count}
  - {name: mid, from: [0, 360], to: [1280, 360], towards: [640, 0], kind: solid}
lanes:
  - {name: lane, polygon: [[0, 300], [1280, 300], [1280, 400], [0, 400]], towards: [-500, 350], classes: [car]}
zones:
  - {name: all, kind: crowd, polygon: [[0, 0], [1280, 0], [1280, 720], [0, 720]], capacity: 1}
  - {name: road, kind: carriageway, polygon: [[0, 0], [1280, 0], [1280, 720], [0, 720]]}
rules:
  - {rule: line-count, line: gate}
  - {rule: solid-line, line: mid}
  - {rule: wrong-way, lane: lane}
  - {rule: lane-class, lane: lane, severity: high}
  - {rule: pedestrian, zone: road}
  - {rule: crowd-over, zone: all}
`);
  const events = play({
    scene,
    untilS: 12,
    startMs: Date.parse("2026-11-24T08:00:00+07:00"),
    actors: [
      {
        class: "motorcycle",
        id: 1,
        path: drive([
          [0, 4, 17],
          [8, 60, 17],
        ]),
      },
      {
        class: "motorcycle",
        path: drive([
          [0, 20, 22],
          [6, 30, 12],
        ]),
      },
      {
        class: "person",
        path: drive([
          [0, 10, 30],
          [12, 14, 30],
        ]),
      },
      {
        class: "person",
        path: drive([
          [0, 10, 25],
          [12, 14, 25],
        ]),
      },
    ],
  });
  const types = new Set(events.map((event) => event.type));
  expect(types.size).toBe(5);
  for (const event of events) {
    expect(Value.Errors(Envelope, { ...event, sequence: 1, epoch: "0".repeat(16) })).toEqual([]);
    expect(Value.Errors(EVENT_TYPES[event.type].data, event.data)).toEqual([]);
  }
  expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
  const against = events.find((event) => (event.data as { rule?: string }).rule === "wrong-way");
  expect(against?.data).toMatchObject({ offence: { article: "điểm a khoản 7 Điều 7", points: 2 } });
});
