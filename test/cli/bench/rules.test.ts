// The rules' benchmark: its load, its scenes and its figures' arithmetic.
import { describe, expect, it } from "vitest";
import { quantile } from "../../../cli/bench/quantile.ts";
import { benchScene } from "../../../cli/bench/rules/bench-scene.ts";
import { startLoad } from "../../../cli/bench/rules/load-run.ts";
import { type LoadKind, roadUserLoad } from "../../../cli/bench/rules/road-user-load.ts";

function ground(kind: LoadKind) {
  const scene = benchScene(kind);
  if (scene.ground === undefined) throw new Error("the scene has ground");
  return scene.ground;
}

describe("the load of the rules' benchmark", () => {
  it("shows every road user but the missed ones, in every frame", () => {
    const counts = roadUserLoad("traffic", 100, 50, 200, ground("traffic")).map((frame) => frame.length);
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    expect(mean).toBeGreaterThan(88);
    expect(mean).toBeLessThan(96);
  });

  it("is the same for the same arguments, and people only in a crowd", () => {
    const load = roadUserLoad("crowd", 20, 5, 200, ground("crowd"));
    expect(load).toEqual(roadUserLoad("crowd", 20, 5, 200, ground("crowd")));
    const people = load.flat().filter((detection) => detection.class === "person").length;
    expect(people / load.flat().length).toBeGreaterThan(0.9);
  });

  it("makes the tracker follow it and the rules speak", () => {
    const run = startLoad({ kind: "traffic", tracks: 60 }, 100);
    let events = 0;
    for (let frame = 0; frame < 100; frame++) events += run.next();
    expect(events).toBeGreaterThan(10);
    expect(run.seen).toBeGreaterThan(45);
  });
});

describe("a quantile", () => {
  it("is the value below which the share lies, in whatever order the values come", () => {
    const values = Array.from({ length: 100 }, (_, index) => (index * 37) % 100);
    expect(quantile(values, 0.5)).toBe(50);
    expect(quantile(values, 0.99)).toBe(99);
    expect(quantile([], 0.5)).toBeNaN();
  });
});
