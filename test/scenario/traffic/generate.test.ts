// Generated traffic: reproducible, in the formats that the product reads, and true to its own labels.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadCamera } from "../../../config/load.ts";
import type { Label } from "../label.ts";
import { readDetections } from "../../../edge/detections-file.ts";
import { L0, L1 } from "../noise.ts";
import { detectionLines, type Scenario, writeScenario } from "../scenario.ts";
import { generateTraffic } from "./generate.ts";
import { JUNCTION_RULES } from "./junction.ts";

const rules = new Set(JUNCTION_RULES);
const folder = mkdtempSync(join(tmpdir(), "ngatu-traffic-"));
let scenes: Scenario[] = [];
beforeAll(() => {
  scenes = Array.from({ length: 6 }, (_, index) => generateTraffic(`test/${index}`, rules));
  scenes.forEach((scene, index) => writeScenario(join(folder, String(index)), scene, L1));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a generated scene", () => {
  it("is the same for the same seed, byte for byte, and another for another", () => {
    const [first, second] = scenes;
    const again = generateTraffic("test/0", rules);
    expect(first && detectionLines(again, L1) === detectionLines(first, L1)).toBe(true);
    expect(again.labels).toEqual(first?.labels);
    expect(second && detectionLines(second, L0) === detectionLines(again, L0)).toBe(false);
  });

  it("has a camera file, detections and labels that the product's own readers accept", async () => {
    for (let index = 0; index < scenes.length; index++) {
      const camera = loadCamera(join(folder, String(index), "camera.yaml")).value;
      expect(camera.ground?.points.length).toBeGreaterThanOrEqual(4);
      let frames = 0;
      for await (const line of readDetections(join(folder, String(index), "detections.jsonl"))) {
        if (line.frame !== undefined) frames++;
      }
      expect(frames).toBe(scenes[index]?.moments.length);
      const text = readFileSync(join(folder, String(index), "labels.jsonl"), "utf8");
      const labels = text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Label]));
      expect(labels).toEqual(scenes[index]?.labels);
    }
  });

  it("has about nine two-wheelers in ten vehicles", () => {
    const vehicles = new Map<string, string>();
    for (const scene of scenes) {
      for (const { bodies } of scene.moments) {
        for (const body of bodies) {
          if (body.base === 0 && body.class !== "person")
            vehicles.set(`${scene.seed} ${body.id}`, body.class);
        }
      }
    }
    const twoWheelers = [...vehicles.values()].filter((kind) => kind === "motorcycle" || kind === "bicycle");
    expect(twoWheelers.length / vehicles.size).toBeGreaterThan(0.85);
    expect(twoWheelers.length / vehicles.size).toBeLessThan(0.95);
  });

  it("names in each label someone who is there when it becomes true", () => {
    for (const { labels, moments } of scenes) {
      for (const label of labels) {
        const moment = moments.find(({ tMs }) => tMs >= (label.true_ms ?? 0));
        if (label.id !== undefined) expect(moment?.bodies.some(({ id }) => id === label.id)).toBe(true);
        expect(label.t_ms[0]).toBeLessThanOrEqual(label.true_ms ?? label.t_ms[0]);
        expect(label.t_ms[1]).toBeGreaterThanOrEqual(label.true_ms ?? label.t_ms[1]);
      }
    }
  });

  it("labels a red light run only while the light is red", () => {
    const runs = scenes.flatMap(({ labels, moments }) =>
      labels.filter(({ rule }) => rule === "red-light").map((label) => ({ label, moments })),
    );
    for (const { label, moments } of runs) {
      const during = moments.filter(({ tMs }) => tMs >= label.t_ms[0] && tMs <= (label.true_ms ?? 0));
      expect(during.every(({ signals }) => signals?.["north"] === "red")).toBe(true);
    }
  });

  it("asks only for the rules it was told to", () => {
    const scene = generateTraffic("test/few", new Set(["wrong-way", "sidewalk"]));
    expect(new Set(scene.camera.rules?.map(({ rule }) => rule))).toEqual(new Set(["wrong-way", "sidewalk"]));
    expect(scene.labels.every(({ rule }) => rule === "wrong-way" || rule === "sidewalk")).toBe(true);
  });

  it("writes times that grow", () => {
    const text = readFileSync(join(folder, "0", "detections.jsonl"), "utf8")
      .trim()
      .split("\n");
    const times = text.map((line) => (JSON.parse(line) as { t_ms: number }).t_ms);
    expect(times.every((t, index) => index === 0 || t > (times[index - 1] ?? 0))).toBe(true);
  });
});
