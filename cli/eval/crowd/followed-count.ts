// Counts over a video as the product makes them: people found in each frame, followed by its tracker.
import { replayIdentity } from "../../../edge/event/identity.ts";
import type { PeopleCount } from "../../../edge/detect/people-count.ts";
import { peopleDetections } from "../../../edge/detect/people-detections.ts";
import { createPipeline } from "../../../edge/pipeline.ts";
import { defaultScene } from "../../../edge/scene/scene.ts";

export interface FollowedCount {
  /** People in the whole picture at a media time, ms, with what was found in that frame. */
  see(tMs: number, found: PeopleCount): number;
}

export function createFollowedCount(picture: {
  readonly width: number;
  readonly height: number;
}): FollowedCount {
  const scene = defaultScene(picture);
  const pipeline = createPipeline({
    site: "eval",
    box: "eval",
    camera: scene.camera,
    modelHashes: {},
    identify: replayIdentity("eval crowd"),
    scene,
  });
  return {
    see(tMs, found) {
      const time = {
        ptsMs: tMs,
        tMs,
        timeline: 0,
        captureMs: tMs,
        method: "media",
        boxArrivalMs: tMs,
      } as const;
      pipeline.see({ time, detections: peopleDetections(found, picture) });
      return pipeline.live(0, 0)?.zones[0]?.persons ?? 0;
    },
  };
}
