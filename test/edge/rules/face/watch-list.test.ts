// The watch-list rule: when a face track becomes a match, and that it does so once.
import { describe, expect, it } from "vitest";
import type { RuleConfig } from "../../../../config/rule.ts";
import { EVENT_TYPES } from "../../../../contract/event.ts";
import { watchListRule, type WatchListState } from "../../../../edge/rules/face/watch-list.ts";
import type { Observation, RuleFrame } from "../../../../edge/rules/rule.ts";
import type { FaceCandidate } from "../../../../edge/watchlist/candidate.ts";
import type { Scene } from "../../../../edge/scene/scene.ts";

const box = { x1: 10, y1: 10, x2: 60, y2: 70 };
const scene = {} as Scene;

function face(score: number, over: Partial<FaceCandidate> = {}): FaceCandidate {
  return { box, trackId: 1, entry: { id: "an", name: "An" }, score, margin: 0.3, quality: 0.8, ...over };
}

function frame(tMs: number, faces: FaceCandidate[], trackIds: number[] = []): RuleFrame {
  const tracks = trackIds.map((id) => ({
    id,
    class: "face" as const,
    box,
    velocity: { x: 0, y: 0 },
    confidence: 0.9,
    firstSeenMs: 0,
    lastSeenMs: tMs,
    observed: true,
  }));
  return {
    tMs,
    captureMs: tMs,
    tracks,
    users: [],
    faces,
    signals: new Map(),
    sceneVerified: true,
    clock: "known",
  };
}

function run(
  frames: RuleFrame[],
  config: RuleConfig<"watch-list"> = { rule: "watch-list" },
): { observations: Observation[]; state: WatchListState } {
  let state = watchListRule.initial(config, scene);
  const observations: Observation[] = [];
  for (const each of frames) {
    // Through JSON each time: the state must outlive a restart.
    const before = JSON.stringify(state);
    const step = watchListRule.step(JSON.parse(before) as WatchListState, each, config, scene);
    observations.push(...step.observations);
    state = step.state;
  }
  return { observations, state };
}

const every200 = (count: number, make: (i: number) => FaceCandidate[]): RuleFrame[] =>
  Array.from({ length: count }, (_, i) => frame(i * 200, make(i)));

describe("watch-list", () => {
  it("reports a person once three pictures agree, and never again on that track", () => {
    const { observations } = run(every200(50, () => [face(0.6)]));
    expect(observations).toHaveLength(1);
    expect(observations[0]).toMatchObject({
      type: "vn.ngatu.face.match.v1",
      subject: "face-1-an",
      tMs: 400,
      data: {
        rule: "watch-list",
        entry: { id: "an", name: "An" },
        frames: 3,
        track: { id: 1, class: "face" },
      },
    });
  });

  it("writes data that the contract knows", () => {
    const { observations } = run(
      every200(3, () => [face(0.6)]),
      { rule: "watch-list", name: "gate-a" },
    );
    const known = Object.keys(EVENT_TYPES["vn.ngatu.face.match.v1"].data.properties);
    for (const key of Object.keys(observations[0]?.data ?? {})) expect(known).toContain(key);
  });

  it("is not deceived by one lucky picture of a stranger", () => {
    const { observations } = run(every200(40, (i) => [face(i === 3 ? 0.9 : 0.3)]));
    expect(observations).toEqual([]);
  });

  it("judges by the best pictures, not by the many bad ones", () => {
    const { observations } = run(
      every200(12, (i) => [i < 8 ? face(0.2, { quality: 0.2 }) : face(0.7, { quality: 0.9 })]),
    );
    expect(observations).toHaveLength(1);
  });

  it("stays silent while two listed people are equally near", () => {
    expect(run(every200(9, () => [face(0.7, { margin: 0.01 })])).observations).toEqual([]);
  });

  it("stays silent while the pictures name different people", () => {
    const names = ["an", "binh"];
    const { observations } = run(
      every200(10, (i) => [face(0.6, { entry: { id: names[i % 2] ?? "", name: "" }, quality: 0.8 })]).slice(
        0,
        4,
      ),
    );
    expect(observations).toEqual([]);
  });

  it("takes the rule's threshold before the embedder's, and that before the default", () => {
    const frames = every200(4, () => [face(0.5, { threshold: 0.55 })]);
    expect(run(frames).observations).toEqual([]);
    expect(run(frames, { rule: "watch-list", threshold: 0.4 }).observations).toHaveLength(1);
    expect(run(every200(4, () => [face(0.44)])).observations).toEqual([]);
  });

  it("does not repeat an entry that comes back on a new track within the cooldown, and does after it", () => {
    const visit = (fromMs: number, trackId: number): RuleFrame[] =>
      [0, 200, 400, 600].map((ms) => frame(fromMs + ms, [face(0.6, { trackId })]));
    const soon = run([...visit(0, 1), ...visit(30_000, 2), ...visit(80_000, 3)]);
    expect(soon.observations.map(({ subject }) => subject)).toEqual(["face-1-an"]);
    const later = run([...visit(0, 1), ...visit(70_000, 2)]);
    expect(later.observations.map(({ subject }) => subject)).toEqual(["face-1-an", "face-2-an"]);
  });

  it("keeps two people in one frame apart", () => {
    const { observations } = run(
      every200(4, () => [face(0.6), face(0.7, { trackId: 2, entry: { id: "binh", name: "Bình" } })]),
    );
    expect(observations.map(({ subject }) => subject)).toEqual(["face-1-an", "face-2-binh"]);
  });

  it("ignores a face that is tied to no track", () => {
    const untied: FaceCandidate = {
      box,
      entry: { id: "an", name: "An" },
      score: 0.9,
      margin: 0.3,
      quality: 0.8,
    };
    expect(run(every200(5, () => [untied])).observations).toEqual([]);
  });

  it("forgets tracks that ended and entries whose cooldown is over", () => {
    const { state } = run([...every200(4, () => [face(0.6)]), frame(100_000, [])]);
    expect(state).toEqual({ tracks: {}, recognised: {} });
  });

  it("keeps a track that the tracker still follows without seeing its face", () => {
    const { state } = run([...every200(4, () => [face(0.6)]), frame(20_000, [], [1])]);
    expect(Object.keys(state.tracks)).toEqual(["1"]);
  });
});
