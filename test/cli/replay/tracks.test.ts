// A dry run: the tracks that a box kept, under the same scene and under a changed one.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import pino from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { registerReplay } from "../../../cli/replay.ts";
import { loadCamera } from "../../../config/load.ts";
import { buildScene } from "../../../edge/scene/scene.ts";
import { TrackLog } from "../../../edge/track-log/track-log.ts";
import { detectionOf, drive, GROUND, startPipeline } from "../../edge/rules/street.ts";

const folder = mkdtempSync(join(tmpdir(), "ngatu-dry-run-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, name);
const START = Date.parse("2026-11-24T08:00:00+07:00");

const camera = (towards: string, rules: string): string => `camera: street
source: none.mp4
picture: {width: 1280, height: 720}
${GROUND}lanes:
  - {name: lane, polygon: [[400, 40], [700, 40], [700, 680], [400, 680]], towards: ${towards}, classes: [car]}
rules:
${rules}
`;
writeFileSync(path("then.yaml"), camera("[550, -200]", "  - {rule: wrong-way, lane: lane}"));
writeFileSync(path("turned.yaml"), camera("[550, 900]", "  - {rule: wrong-way, lane: lane}"));
writeFileSync(
  path("stricter.yaml"),
  camera("[550, -200]", "  - {rule: wrong-way, lane: lane}\n  - {rule: lane-class, lane: lane}"),
);

/** A motorcycle drives 20 m against the lane while the box keeps its tracks. */
beforeAll(async () => {
  const scene = buildScene(loadCamera(path("then.yaml")));
  const pipeline = startPipeline(scene);
  const log = pino({ level: "silent" });
  const kept = new TrackLog({ folder: path("kept"), camera: "street", maxDays: 3, maxBytes: 1e6, log });
  const way = drive([
    [0, 27, 8],
    [4, 27, 28],
  ]);
  for (let frame = 0; frame <= 50; frame++) {
    const tMs = frame * 100;
    const at = way(tMs / 1000);
    const captureMs = START + tMs;
    const events = pipeline.see({
      time: { ptsMs: tMs, tMs, timeline: 0, captureMs, method: "media", boxArrivalMs: captureMs },
      detections: at === undefined ? [] : [detectionOf({ class: "motorcycle", path: way }, at)],
    });
    kept.raise(events.map(({ draft }) => draft));
    if (pipeline.latest !== undefined) kept.see(pipeline.latest, scene.hash);
  }
  await kept.stop();
});

async function dryRun(scene: string): Promise<unknown> {
  const write = vi.spyOn(process.stdout, "write").mockImplementation(() => true);
  try {
    const program = new Command().exitOverride();
    registerReplay(program);
    const args = ["--camera", path(scene), "--events", path("out.jsonl"), "--json"];
    await program.parseAsync(["node", "ngatu", "replay", `tracks:${path("kept")}`, ...args]);
    return (JSON.parse(write.mock.calls.map(([text]) => String(text)).join("")) as { compared: unknown })
      .compared;
  } finally {
    write.mockRestore();
  }
}

const CASE = "vn.ngatu.traffic.case.v1";

test("under the scene of then raises what was raised then, at its wall time", async () => {
  expect(await dryRun("then.yaml")).toEqual([{ type: CASE, rule: "wrong-way", before: 1, now: 1, same: 1 }]);
  const [event] = readFileSync(path("out.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { time: string; data: Record<string, unknown> });
  expect(event?.data["track"]).toMatchObject({ class: "motorcycle", truth_id: 1 });
  expect(event?.time.startsWith("2026-11-24T01:00:0")).toBe(true);
});

test("says what a turned lane would no longer raise", async () => {
  expect(await dryRun("turned.yaml")).toEqual([
    { type: CASE, rule: "wrong-way", before: 1, now: 0, same: 0 },
  ]);
});

test("says what a further rule would have raised", async () => {
  expect(await dryRun("stricter.yaml")).toEqual([
    { type: CASE, rule: "lane-class", before: 0, now: 1, same: 0 },
    { type: CASE, rule: "wrong-way", before: 1, now: 1, same: 1 },
  ]);
});
