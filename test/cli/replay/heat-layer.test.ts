// The heat map over a frame: on the ground where the samples say so, round people where there are no metres, within its zone.
import sharp from "sharp";
import { expect, test } from "vitest";
import { heatLayer } from "../../../cli/replay/heat-layer.ts";
import type { HeatCells } from "../../../edge/rules/crowd/heat.ts";
import type { RuleFrame } from "../../../edge/rules/rule.ts";
import { type Actor, GROUND, play, sceneOf, startPipeline, detectionOf } from "../../edge/rules/street.ts";

const ZONE =
  "zones:\n  - {name: plaza, kind: crowd, polygon: [[200, 200], [800, 200], [800, 500], [200, 500]]}\n";
/** Twelve people round (15 m, 15 m), which is (300, 300) in the picture, and one outside of the zone. */
const actors = [...Array<number>(12).keys(), 12].map((i): Actor => {
  const at = i === 12 ? { x: 50, y: 15 } : { x: 14 + (i % 4) * 0.7, y: 14 + Math.floor(i / 4) * 0.8 };
  return { class: "person", size: [0.4, 1.7], path: () => at };
});

/** Opacity of the layer at a point of the picture, 0–255. */
async function heatAt(layer: string, x: number, y: number): Promise<number> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="720">${layer}</svg>`;
  const { data, info } = await sharp(Buffer.from(svg))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return data[(y * info.width + x) * info.channels + 3] ?? 0;
}

test("cells lie where people stand on the ground", async () => {
  const scene = sceneOf(ZONE, GROUND);
  const samples = play({ scene, actors, untilS: 4 }).filter(
    ({ type }) => type === "vn.ngatu.crowd.sample.v1",
  );
  const cells = (samples.at(-1)?.data as unknown as { cells: HeatCells }).cells;
  const layer = heatLayer(new Map([["plaza", cells]]), scene, { users: [] } as unknown as RuleFrame);
  expect(await heatAt(layer, 300, 300)).toBeGreaterThan(60);
  expect(await heatAt(layer, 700, 450)).toBe(0);
  expect(await heatAt(layer, 1000, 300)).toBe(0);
});

test("without a ground plane it is warm about people, within the zone", async () => {
  const scene = sceneOf(ZONE, "");
  const pipeline = startPipeline(scene);
  for (let tMs = 0; tMs <= 2000; tMs += 200) {
    const time = {
      ptsMs: tMs,
      tMs,
      timeline: 0,
      captureMs: tMs,
      method: "media",
      boxArrivalMs: tMs,
    } as const;
    const detections = actors.flatMap((actor) => {
      const at = actor.path(0);
      return at === undefined ? [] : [detectionOf(actor, at)];
    });
    pipeline.see({ time, detections });
  }
  const { latest } = pipeline;
  if (latest === undefined) throw new Error("nothing was seen");
  const layer = heatLayer(new Map(), scene, latest);
  expect(await heatAt(layer, 300, 300)).toBeGreaterThan(60);
  expect(await heatAt(layer, 700, 450)).toBe(0);
  expect(await heatAt(layer, 1000, 300)).toBe(0);
});
