// What a camera is used for: as its file says, else what its rules need.
import type { CameraConfig } from "../config/camera.ts";

export type Product = "traffic" | "crowd" | "face";

export function productsOf(camera: CameraConfig): ReadonlySet<Product> {
  if (camera.products !== undefined) return new Set(camera.products);
  return new Set((camera.rules ?? []).map(({ rule }) => productOf(rule)));
}

function productOf(rule: string): Product {
  if (rule === "watch-list") return "face";
  return /^(crowd|flow-blocked|counter-flow|gathering|loitering)/.test(rule) ? "crowd" : "traffic";
}
