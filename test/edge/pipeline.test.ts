// The loop of one camera: what may be shown of a frame hides everybody, also those whom no rule believes in yet.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadCamera } from "../../config/load.ts";
import { liveIdentity } from "../../edge/event/identity.ts";
import { createPipeline } from "../../edge/pipeline.ts";
import { buildScene } from "../../edge/scene/scene.ts";
import { temporaryFolder } from "./camera/clip-file.ts";

const camera = { camera: "gate", source: "gate.mp4", picture: { width: 640, height: 480 }, rules: [] };

it("names a face and an unsure person as somebody to hide in the very frame in which they appear", () => {
  const file = join(temporaryFolder(), "camera.yaml");
  writeFileSync(file, JSON.stringify(camera));
  const scene = buildScene(loadCamera(file));
  const origin = { site: "site", box: "box", camera: "gate", modelHashes: {} };
  const pipeline = createPipeline({ ...origin, scene, identify: liveIdentity });
  expect(pipeline.bodies()).toEqual([]);

  const face = { x1: 100, y1: 80, x2: 160, y2: 150 };
  const person = { x1: 300, y1: 60, x2: 380, y2: 300 };
  const points = Array.from({ length: 5 }, () => ({ x: 130, y: 110 }));
  pipeline.see({
    time: { ptsMs: 0, tMs: 0, timeline: 0, captureMs: 0, method: "media", boxArrivalMs: 0 },
    detections: [{ box: person, class: "person", confidence: 0.12 }],
    faces: [{ box: face, points: points as never, confidence: 0.8, quality: 0.5 }],
  });

  expect(pipeline.live(5, 0)?.boxes).toEqual([]); // one frame is no track yet
  expect(pipeline.bodies()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ class: "face", box: face }),
      expect.objectContaining({ class: "person", box: person }),
    ]),
  );
});
