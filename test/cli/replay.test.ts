// `ngatu replay`: byte-identical twice, and clear about what it cannot replay.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ConfigError } from "../../config/fault.ts";
import { makeClip } from "../edge/camera/clip-file.ts";
import { readyModel } from "../edge/detect/ready-models.ts";
import { sharedFolder } from "../shared.ts";
import { registerReplay } from "../../cli/replay.ts";

const folder = mkdtempSync(join(tmpdir(), "ngatu-replay-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, name);

/** Runs the command in this process; its summary as JSON. */
async function replay(...args: string[]): Promise<Record<string, unknown>> {
  let printed = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    const program = new Command().exitOverride();
    registerReplay(program);
    await program.parseAsync(["node", "ngatu", "replay", ...args, "--json"]);
  } finally {
    write.mockRestore();
  }
  return JSON.parse(printed) as Record<string, unknown>;
}

/** Somebody walks through the picture from left to right; a car stands. */
const frames = Array.from({ length: 100 }, (_, i) => ({
  t_ms: i * 100 + (i % 3),
  detections: [
    { box: [100 + i * 10, 300, 140 + i * 10, 400], class: "person", confidence: 0.9, id: 5 },
    { box: [900, 500, 1100, 600], class: "car", confidence: 0.8 },
  ],
}));
writeFileSync(path("walk.jsonl"), `${frames.map((frame) => JSON.stringify(frame)).join("\n")}\n`);

const detector = await readyModel("detect");

describe.skipIf(detector?.name !== "yolox-nano")("a video (skipped without yolox-nano)", () => {
  beforeEach(() => vi.stubEnv("NGATU_MIRROR", sharedFolder() ?? ""));
  afterEach(() => vi.unstubAllEnvs());

  const clip = makeClip(path("clip.mp4"), { size: "320x240", seconds: 1 });

  function cameraFile(input: { width: number; height: number }): string {
    const camera = { camera: "gate-1", source: clip, picture: { width: 320, height: 240 } };
    writeFileSync(path("camera.yaml"), JSON.stringify({ ...camera, analyse_fps: 2, detector: { input } }));
    return path("camera.yaml");
  }

  test("is looked at in the input size of the camera file", async () => {
    const camera = cameraFile({ width: 320, height: 256 });
    expect(await replay(clip, "--camera", camera, "--detector", "yolox-nano")).toMatchObject({ frames: 3 });
  });

  test("is refused in a size that the network can't take, naming file, key, value and what is allowed", async () => {
    const camera = cameraFile({ width: 400, height: 300 });
    const refused = replay(clip, "--camera", camera, "--detector", "yolox-nano");
    await expect(refused).rejects.toThrow(ConfigError);
    await expect(refused).rejects.toThrow(
      /camera\.yaml:1: detector\.input: "400×300" is not allowed; allowed: multiples of 32, as yolox-nano takes them/,
    );
  });
});

describe("a detections file", () => {
  test("cannot be annotated: it has no pictures", async () => {
    await expect(replay(path("walk.jsonl"), "--annotate", path("out.mp4"))).rejects.toThrow(
      /--annotate: a detections file has no pictures/,
    );
  });

  test("gives the same bytes twice, canonical and numbered without gaps", async () => {
    const summary = await replay(path("walk.jsonl"), "--events", path("a.jsonl"));
    await replay(path("walk.jsonl"), "--events", path("b.jsonl"));
    const text = readFileSync(path("a.jsonl"), "utf8");
    expect(readFileSync(path("b.jsonl"), "utf8")).toBe(text);
    const events = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.map((event) => event["sequence"])).toEqual(events.map((_, i) => i + 1));
    expect(new Set(events.map((event) => event["epoch"])).size).toBe(1);
    expect(summary).toMatchObject({
      frames: 100,
      lines: [{ line: "middle-x", class: "person", direction: "forward", total: 1 }],
    });
  });

  test("takes its wall time from --start, and another time gives other identities", async () => {
    await replay(path("walk.jsonl"), "--events", path("c.jsonl"), "--start", "2026-11-24T08:00:00+07:00");
    const [first] = readFileSync(path("c.jsonl"), "utf8").split("\n");
    expect(JSON.parse(first ?? "")).toMatchObject({ time: "2026-11-24T01:00:01.001Z" });
  });

  test("changes its scene where a line says so", async () => {
    const camera = (x: number): string =>
      `camera: c\nsource: x\npicture: {width: 1280, height: 720}\nzones:\n  - {name: z, kind: crowd, polygon: [[${x}, 0], [1280, 0], [1280, 720]], capacity: 1}\nrules:\n  - {rule: crowd-over, zone: z, persons: 1, hold_s: 0}\n`;
    writeFileSync(path("v1.yaml"), camera(0));
    writeFileSync(path("v2.yaml"), camera(10));
    const two = frames.map((frame) => ({
      ...frame,
      detections: [...frame.detections, { box: [600, 100, 640, 200], class: "person", confidence: 0.9 }],
    }));
    const lines = [...two.slice(0, 80), { t_ms: 7950, scene: "v2.yaml" }, ...two.slice(80)];
    writeFileSync(path("two.jsonl"), lines.map((line) => JSON.stringify(line)).join("\n"));
    await replay(path("two.jsonl"), "--camera", path("v1.yaml"), "--events", path("d.jsonl"));
    const alerts = readFileSync(path("d.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string; data: Record<string, unknown> })
      .filter((event) => event.type === "vn.ngatu.crowd.alert.v1");
    expect(alerts.map(({ data }) => [data["state"], data["reason"]])).toEqual([
      ["opened", undefined],
      ["closed", "scene_changed"],
      ["opened", undefined],
    ]);
    expect(alerts[0]?.data["scene_hash"]).not.toBe(alerts[2]?.data["scene_hash"]);
  });
});

test("what cannot be replayed is named", async () => {
  await expect(replay(path("none.jsonl"))).rejects.toThrow("none.jsonl: there is no such file");
  await expect(replay(path("none.mp4"))).rejects.toThrow("none.mp4: there is no such file");
  await expect(replay(path("walk.jsonl"), "--start", "yesterday")).rejects.toThrow("--start: yesterday");
  writeFileSync(
    path("bad.yaml"),
    "camera: c\nsource: x\npicture: {width: 100, height: 100}\nrules:\n  - {rule: sidewalk, zone: nowhere}\n  - {rule: turn, from: a, to: b}\n",
  );
  const refused = replay(path("walk.jsonl"), "--camera", path("bad.yaml"));
  await expect(refused).rejects.toThrow(ConfigError);
  await expect(refused).rejects.toMatchObject({ faults: { length: 3 } });
});
