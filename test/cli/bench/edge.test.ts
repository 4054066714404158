// The edge's benchmark: the arithmetic of its figures, and what they are read from.
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { compare, figuresOf as gatedFigures } from "../../../cli/bench/edge/gated.ts";
import { benchmarkMs } from "../../../cli/bench/edge/limits.ts";
import { figuresOf } from "../../../cli/bench/edge/whole.ts";
import { parseStat, treeCpuMs } from "../../../cli/bench/process-cpu.ts";

describe("the edge's figures", () => {
  const realTime = {
    frames: 148,
    due: 150,
    cpuMs: 7400,
    delayP99Ms: 4,
    rssMb: 300,
    emptyFrames: 0,
    events: [],
  };
  const turns = [
    { decodeMs: 20, inferenceMs: 16, pipelineMs: 40 },
    { decodeMs: 30, inferenceMs: 16, pipelineMs: 50 },
    { decodeMs: 20, inferenceMs: 20, pipelineMs: 80 },
  ];

  it("are medians over the turns, the efficiency that of each turn's own ratio", () => {
    const figures = figuresOf(turns, realTime);
    expect(figures).toMatchObject({ decode_cpu_ms: 20, inference_cpu_ms: 16, pipeline_cpu_ms: 50, runs: 3 });
    expect(figures.efficiency).toBe(0.9);
  });

  it("say from real time how many cameras a core carries, and what was dropped", () => {
    const figures = figuresOf(turns, realTime);
    expect(figures.realtime_cpu_ms).toBe(50);
    expect(figures.cameras_per_core).toBe(4);
    expect(figures.dropped_share).toBe(0.013);
  });
});

describe("two runs over one clip, one of which rests", () => {
  const run = { frames: 100, due: 100, cpuMs: 1000, delayP99Ms: 4, rssMb: 300, emptyFrames: 70 };
  const what = '["incident","pedestrian","door"]';

  it("have the same events when each is told by both, up to a key frame later", () => {
    const gated = { ...run, cpuMs: 500, frames: 35, events: [{ what, tMs: 12_000 }] };
    const figures = gatedFigures({ ...run, events: [{ what, tMs: 10_000 }] }, gated);
    expect(figures).toMatchObject({ gated_cpu_ratio: 0.5, same_events: true, events: 1, idle_share: 0.7 });
    expect(figures.latest_ms).toBe(2000);
  });

  it("differ when an event is missing, comes too late, or is told by the resting one alone", () => {
    expect(compare([{ what, tMs: 10_000 }], []).missing).toHaveLength(1);
    expect(compare([], [{ what, tMs: 10_000 }]).missing).toHaveLength(1);
    expect(compare([{ what, tMs: 10_000 }], [{ what, tMs: 13_000 }]).missing).toHaveLength(2);
  });
});

describe("processor time", () => {
  it("is read from ffmpeg's last line, user and system together", () => {
    expect(benchmarkMs("…\nbench: utime=2.466s stime=0.019s rtime=2.595s\nbench: maxrss=1kB")).toBeCloseTo(
      2485,
      6,
    );
    expect(() => benchmarkMs("Conversion failed!")).toThrow("gave no figures");
  });

  it("is read from proc's stat whatever the program is called", () => {
    const stat = "77 (a) b (c) S 12 77 77 0 -1 4194304 100 0 0 0 30 20 5 1 20 0 1 0 100";
    expect(parseStat(stat)).toEqual({ parent: 12, ticks: 56 });
  });

  it("counts children that have ended and were waited for", () => {
    const before = treeCpuMs(process.pid);
    spawnSync(process.execPath, ["-e", "for (const end = Date.now() + 400; Date.now() < end; );"]);
    expect(treeCpuMs(process.pid) - before).toBeGreaterThan(50);
  });
});
