// The scenes of the rules' benchmark, with those of their rules that this release has.
import { fileURLToPath } from "node:url";
import { loadCamera } from "../../../config/load.ts";
import { ruleOf } from "../../../edge/rules/registry.ts";
import { buildScene, type Scene } from "../../../edge/scene/scene.ts";
import type { LoadKind } from "./road-user-load.ts";

/** Throws ConfigError when a scene file beside this module is broken. */
export function benchScene(kind: LoadKind): Scene {
  const loaded = loadCamera(fileURLToPath(new URL(`./${kind}.yaml`, import.meta.url)));
  const rules = (loaded.value.rules ?? []).filter(({ rule }) => ruleOf(rule) !== undefined);
  return buildScene({ ...loaded, value: { ...loaded.value, rules } });
}
