// What a screen shows of one camera, about once a second.
import type { Live } from "../contract/messages.ts";
import type { FrameTime } from "./camera/frame.ts";
import { personsIn } from "./rules/crowd/people.ts";
import type { RuleFrame } from "./rules/rule.ts";
import type { LineTotal } from "./rules/traffic/line-count.ts";
import type { Scene } from "./scene/scene.ts";

/** Boxes of this many tracks are shown at most: a screen cannot draw more in time. */
const MAX_BOXES = 200;

export function liveOf(
  camera: string,
  time: FrameTime,
  frame: RuleFrame,
  scene: Scene,
  counts: readonly LineTotal[],
  fps: number,
  dropped: number,
): Live {
  const zones = [...scene.zones.values()].filter((zone) => zone.kind === "crowd");
  return {
    camera,
    at: new Date(time.captureMs).toISOString(),
    picture: { width: scene.picture.width, height: scene.picture.height },
    fps: Math.round(fps * 10) / 10,
    dropped,
    boxes: frame.tracks
      .filter((track) => track.observed)
      .slice(0, MAX_BOXES)
      .map(({ id, class: name, box }) => ({
        id,
        class: name,
        box: [Math.round(box.x1), Math.round(box.y1), Math.round(box.x2), Math.round(box.y2)],
      })),
    zones: zones.map((zone) => ({
      zone: zone.name,
      persons: personsIn(zone, frame),
      ...(zone.capacity === undefined ? {} : { capacity: zone.capacity }),
    })),
    counts: [...counts],
  };
}
