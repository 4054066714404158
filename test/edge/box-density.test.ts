// A box whose camera counts by a network of people's density: from pixels to the alert, with a network made here.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { pino } from "pino";
import { afterEach, describe, expect, it, vi } from "vitest";
import { stringify } from "yaml";
import { replayVideo } from "../../cli/replay/video.ts";
import { ConfigError } from "../../config/fault.ts";
import { loadCamera } from "../../config/load.ts";
import { Box } from "../../edge/box.ts";
import { planBox } from "../../edge/box-plan.ts";
import { replayIdentity } from "../../edge/event/identity.ts";
import type { EventDraft, PipelineEvent } from "../../edge/event/event-draft.ts";
import { createPipeline } from "../../edge/pipeline.ts";
import { buildScene } from "../../edge/scene/scene.ts";
import { ffmpeg, temporaryFolder } from "./camera/clip-file.ts";
import { brokenModel } from "./detect/broken-model.ts";
import { densityModel } from "./detect/density-model.ts";

const ALERT = "vn.ngatu.crowd.alert.v1";
const folder = temporaryFolder();
const log = pino({ level: "silent" });

/** Dark, with twelve white cells of eighty pixels in the left half and three in the right one; nobody is to be seen. */
const clip = join(folder, "square.mp4");
const white = (x: number, y: number, columns: number, rows: number): string =>
  `drawbox=x=${x * 80}:y=${y * 80}:w=${columns * 80}:h=${rows * 80}:color=white:t=fill`;
const dark = "color=black:size=640x480:rate=10:duration=8";
ffmpeg("-f", "lavfi", "-i", `${dark},${white(0, 1, 3, 4)},${white(5, 2, 3, 1)}`, "-pix_fmt", "yuv420p", clip);

const half = (name: string, from: number, capacity: number) => ({
  name,
  kind: "crowd",
  capacity,
  polygon: [
    [from, 0],
    [from + 320, 0],
    [from + 320, 480],
    [from, 480],
  ],
});

/** The camera file; `over` changes keys of it. */
function cameraFile(name: string, over: object = {}): string {
  const file = join(folder, `${name}.yaml`);
  const camera = {
    camera: "square-1",
    source: clip,
    picture: { width: 640, height: 480 },
    count: { by: "density", model: "crowd-map" },
    zones: [half("left", 0, 10), half("right", 320, 10)],
    rules: [
      { rule: "crowd-over", zone: "left" },
      { rule: "crowd-over", zone: "right" },
    ],
    ...over,
  };
  writeFileSync(file, stringify(camera));
  return file;
}

/** A catalogue of a detector and a network of density, both made here. */
function catalogue(): string {
  const models = [brokenModel(folder, "none"), densityModel(folder)].map(({ entry, path }) => {
    const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
    return { ...entry, sha256, sources: [`https://models.invalid/${entry.file}`] };
  });
  const file = join(folder, "catalogue.yaml");
  writeFileSync(file, stringify({ preference: {}, models }));
  return file;
}

describe("a camera that counts by density", () => {
  let box: Box | undefined;
  afterEach(async () => {
    await box?.stop();
    box = undefined;
  });

  function newBox(camera: string): Box {
    const data = join(folder, "data");
    mkdirSync(data, { recursive: true, mode: 0o700 });
    const config = {
      site: "test",
      box: "box-1",
      data,
      cameras: [camera],
      broker: { url: "mqtt://127.0.0.1:9" },
      inference: { detector: "broken-none", workers: 1 },
    };
    writeFileSync(join(folder, "box.yaml"), stringify(config));
    const env = { ...process.env, NGATU_CATALOGUE: catalogue() };
    const plan = planBox(join(folder, "box.yaml"), env);
    return new Box(plan, { cache: join(folder, "cache"), version: "0", env, log });
  }

  function alerts(): EventDraft[] {
    const database = new DatabaseSync(join(folder, "data/outbox.sqlite"), { readOnly: true });
    try {
      const rows = database.prepare("SELECT body FROM events").all() as { body: string }[];
      return rows.map(({ body }) => JSON.parse(body) as EventDraft).filter(({ type }) => type === ALERT);
    } finally {
      database.close();
    }
  }

  it("raises the alert of the zone whose sum is over its capacity, by that network, and no other", async () => {
    box = newBox(cameraFile("live"));
    await box.start();
    await vi.waitFor(() => expect(alerts()).toHaveLength(1), { timeout: 40_000, interval: 200 });
    expect(alerts()[0]?.data).toMatchObject({
      zone: "left",
      state: "opened",
      persons: 12,
      count: "about",
      because: { counted: "density", limit: 10 },
      model_hashes: { "people-density": densityModel(folder).sha256 },
    });
    expect(alerts()[0]?.data).not.toHaveProperty("count_error");
  });

  it("is refused where its network is another kind, or none is at hand", async () => {
    box = newBox(cameraFile("detector", { count: { by: "density", model: "broken-none" } }));
    await expect(box.start()).rejects.toThrow(
      "model broken-none: is no network of people's density (detect): count.model needs one",
    );
    await box.stop();
    box = newBox(cameraFile("preferred", { count: { by: "density" } }));
    await expect(box.start()).rejects.toThrow("people-density: none can be had");
  });

  it("may not rest: who is counted so need not be followed by anybody", () => {
    const file = cameraFile("resting", { analyse: "on-change" });
    expect(() => buildScene(loadCamera(file))).toThrow(ConfigError);
    expect(() => buildScene(loadCamera(file))).toThrow("always, where people are counted by their density");
  });

  it("counts the same in a replay", async () => {
    const camera = loadCamera(cameraFile("replay"));
    const scene = buildScene(camera);
    const told: PipelineEvent[] = [];
    await replayVideo({
      name: scene.camera,
      source: clip,
      password: undefined,
      detector: brokenModel(folder, "none"),
      density: densityModel(folder),
      camera,
      scene,
      fps: 5,
      startMs: 0,
      realtime: false,
      plates: undefined,
      annotation: undefined,
      signal: AbortSignal.timeout(60_000),
      log,
      pipeline: () =>
        createPipeline({
          scene,
          site: "test",
          box: "replay",
          camera: scene.camera,
          modelHashes: {},
          identify: replayIdentity("seed"),
        }),
      onEvents: (events) => {
        told.push(...events);
        return Promise.resolve();
      },
      onFrame: () => undefined,
    });
    const dataOf = (type: string): Record<string, unknown>[] =>
      told.filter(({ draft }) => draft.type === type).map(({ draft }) => ({ ...draft.data }));
    expect(dataOf(ALERT)).toMatchObject([{ zone: "left", persons: 12 }]);
    const right = dataOf("vn.ngatu.crowd.sample.v1").filter(({ zone }) => zone === "right");
    expect(right.length).toBeGreaterThan(4);
    // The first frame is counted as any other.
    expect(right.map(({ persons }) => persons)).toEqual(right.map(() => 3));
  });
});
