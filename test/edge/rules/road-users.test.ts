// Where tracks are placed over frames: when they begin anew, and how long who stood still stands unseen.
import { describe, expect, it } from "vitest";
import { createRoadUsers } from "../../../edge/rules/road-users.ts";
import type { Track } from "../../../edge/track/track.ts";
import { detectionOf, sceneOf } from "./street.ts";

const scene = sceneOf("");

function trackAt(x: number, y: number): Track {
  const { box } = detectionOf({ class: "car", path: () => undefined }, { x, y });
  return {
    id: 1,
    class: "car",
    box,
    detected: box,
    velocity: { x: 0, y: 0 },
    confidence: 0.9,
    observed: true,
    firstSeenMs: 0,
  } as Track;
}

describe("a car that stood still for five seconds", () => {
  const standingAfter = (gapMs: number, x: number): number | undefined => {
    const users = createRoadUsers(scene);
    for (let tMs = 0; tMs <= 5000; tMs += 100) users.step(tMs, [trackAt(30, 20)]);
    const [user] = users.step(5000 + gapMs, [trackAt(x, 20)]);
    return user?.standingSinceMs;
  };

  it("has stood on when it is seen again in its place after some seconds", () => {
    expect(standingAfter(6000, 30)).toBe(0);
  });
  it("has not when it is seen elsewhere, or after longer than anybody is hidden", () => {
    expect(standingAfter(6000, 33)).toBeUndefined();
    expect(standingAfter(12_000, 30)).toBeUndefined();
  });
});

describe("a track that drives at ten metres a second", () => {
  const renewedAt = (x: number, afterMs: number): boolean | undefined => {
    const users = createRoadUsers(scene);
    for (let tMs = 0; tMs <= 2000; tMs += 100) users.step(tMs, [trackAt(5 + tMs / 100, 20)]);
    return users.step(2000 + afterMs, [trackAt(x, 20)])[0]?.renewed;
  };

  it("is the same road user where it can have come to, braking or driving on", () => {
    expect(renewedAt(26, 100)).toBe(false);
    expect(renewedAt(25.5, 100)).toBe(false);
  });
  it("is another one where its road user cannot be", () => {
    expect(renewedAt(19, 100)).toBe(true);
    expect(renewedAt(34, 100)).toBe(true);
  });
});
