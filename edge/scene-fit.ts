// Whether a picture shows what the scene was drawn on, and what a health event says when that changes.
import type { HealthView } from "./health/picture-health.ts";
import type { Observation } from "./rules/rule.ts";
import { type Scene, sceneFits } from "./scene/scene.ts";

/** What is known of a picture: its size, and its health. */
interface Seen {
  readonly picture?: { readonly width: number; readonly height: number };
  readonly health?: HealthView;
}

/** Why the picture does not show what the scene was drawn on; undefined: it does. */
export function misfitOf({ picture, health }: Seen, scene: Scene): string | undefined {
  if (picture !== undefined && !sceneFits(scene, picture))
    return "the stream's aspect ratio is not the one the scene was drawn on";
  return health?.moved === true ? "the camera was moved: the view is not the scene's" : undefined;
}

/** The scene is the picture's again, or no more. */
export function fitOf(misfit: string | undefined, tMs: number, scene: Scene): Observation {
  return {
    type: "vn.ngatu.health.v1",
    subject: `${scene.camera}/scene`,
    tMs,
    data: {
      component: "camera",
      state: misfit === undefined ? "ok" : "unverified",
      t_ms: tMs,
      ...(misfit === undefined ? {} : { cause: misfit }),
    },
  };
}
