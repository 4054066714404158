// From pixels to cases with plates: real vehicles with known Vietnamese plates cross a line in a video.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, expect, test } from "vitest";
import { replayVideo } from "../../../cli/replay/video.ts";
import { loadCamera } from "../../../config/load.ts";
import { replayIdentity } from "../../../edge/event/identity.ts";
import type { PipelineEvent } from "../../../edge/event/event-draft.ts";
import { createPipeline } from "../../../edge/pipeline.ts";
import { choosePlateModels } from "../../../edge/plate/plate-models.ts";
import { buildScene } from "../../../edge/scene/scene.ts";
import { createModelStore } from "../../../models/store.ts";
import { cacheFolder } from "../../../config/cache-folder.ts";
import { readyModel } from "../../edge/detect/ready-models.ts";
import { CLIP, platedClip } from "../../edge/plate/plated-clip.ts";
import { sharedFolder } from "../../shared.ts";

const folder = mkdtempSync(join(tmpdir(), "ngatu-replay-plates-"));
afterAll(() => rmSync(folder, { recursive: true }));

const data = join(sharedFolder() ?? "", "data");
const detector = await readyModel("detect");
const hasPictures = existsSync(join(data, "vnplates")) && existsSync(join(data, "openalpr_eu"));

test.skipIf(!hasPictures || detector?.name !== "yolox-nano")(
  "each of two cars over a solid line is told of with its own plate (skipped without the labelled pictures)",
  { timeout: 120_000 },
  async () => {
    if (detector === undefined) throw new Error("skipped without it");
    const car = (photograph: string, at: readonly number[], plate: string) => {
      const [x = 0, y = 0, w = 0, h = 0] = at;
      return {
        photograph: join(data, "openalpr_eu/images", photograph),
        at: { x, y, w, h },
        plate: join(data, "vnplates/images", plate),
      };
    };
    const clip = await platedClip(folder, "cars", [
      car("test_014.jpg", [218, 140, 109, 25], "3CarLongPlate236.jpg"),
      car("test_008.jpg", [165, 282, 124, 28], "3CarLongPlate266.jpg"),
    ]);
    const file = join(folder, "camera.yaml");
    writeFileSync(
      file,
      JSON.stringify({
        camera: "gate-1",
        source: clip,
        picture: { width: CLIP.width, height: CLIP.height },
        lines: [{ name: "mid", from: [0, 420], to: [1280, 420], towards: [640, 700], kind: "solid" }],
        rules: [{ rule: "solid-line", line: "mid" }],
      }),
    );
    const camera = loadCamera(file);
    const scene = buildScene(camera);
    const store = createModelStore({ cache: cacheFolder() });
    const told: PipelineEvent[] = [];
    await replayVideo({
      name: scene.camera,
      source: clip,
      password: undefined,
      detector,
      camera,
      scene,
      fps: 5,
      startMs: 0,
      realtime: false,
      annotation: undefined,
      plates: await choosePlateModels(store, () => undefined),
      signal: new AbortController().signal,
      log: pino({ level: "silent" }),
      pipeline: () =>
        createPipeline({
          site: "test",
          box: "box-1",
          camera: scene.camera,
          modelHashes: {},
          identify: replayIdentity("0".repeat(64)),
          scene,
        }),
      onEvents: (events) => {
        told.push(...events);
        return Promise.resolve();
      },
      onFrame: () => undefined,
    });
    const cases = told.filter(({ draft }) => draft.type === "vn.ngatu.traffic.case.v1");
    const byPlace = cases
      .map(({ draft }) => draft.data as unknown as { plate?: object; because: { box: number[] } })
      .sort((a, b) => (a.because.box[0] ?? 0) - (b.because.box[0] ?? 0));
    expect(byPlace).toMatchObject([
      { rule: "solid-line", plate: { text: "60A21418", display: "60A-214.18" } },
      { rule: "solid-line", plate: { text: "51F16159", display: "51F-161.59" } },
    ]);
  },
);
