// What a camera is used for: as its file says, else what its rules need.
import type { CameraConfig } from "../config/camera.ts";

export type Product = "traffic" | "crowd" | "face";

export function productsOf(camera: CameraConfig): ReadonlySet<Product> {
  if (camera.products !== undefined) return new Set(camera.products);
  return new Set((camera.rules ?? []).map(({ rule }) => productOf(rule)));
}

/** Rules that make cases of vehicles, for whose plates an officer asks. */
const ABOUT_VEHICLES: ReadonlySet<string> = new Set([
  ...[
    "red-light",
    "stop-line",
    "wrong-way",
    "lane-class",
    "turn",
    "solid-line",
    "stopping",
    "junction-block",
  ],
  ...["sidewalk", "emergency-lane", "truck-hours", "yield", "speed", "riders", "helmet"],
]);

/** Whether a camera's vehicles are looked at for their plates: as its file says, else where cases or matches can come of it. */
export function readsPlates(camera: CameraConfig): boolean {
  if (!productsOf(camera).has("traffic")) return false;
  const rules = camera.rules ?? [];
  return camera.plates ?? rules.some(({ rule }) => ABOUT_VEHICLES.has(rule) || rule === "watch-list");
}

function productOf(rule: string): Product {
  if (rule === "watch-list") return "face";
  return /^(crowd|flow-blocked|counter-flow|gathering|loitering)/.test(rule) ? "crowd" : "traffic";
}
