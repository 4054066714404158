// The plan of a box: `box.yaml` and its camera files, read and found right, with every fault of all of them.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { BoxConfig } from "../config/box.ts";
import type { CameraConfig } from "../config/camera.ts";
import { ConfigError, type Fault } from "../config/fault.ts";
import { type Loaded, loadBox, loadCamera } from "../config/load.ts";
import { loadOffences, type OffenceEntry } from "../config/offences.ts";
import type { ModelEntry } from "../models/catalogue.ts";
import { ModelError } from "../models/model-error.ts";
import { type DetectorView, viewOfCamera } from "./detect/detector-view.ts";
import type { Errand } from "./detect/job-queue.ts";
import { productsOf } from "./products.ts";
import { buildScene, type Scene } from "./scene/scene.ts";

export interface CameraPlan {
  readonly file: Loaded<CameraConfig>;
  readonly config: CameraConfig;
  readonly scene: Scene;
  readonly password: string | undefined;
}

/** A configuration that was read and found right: what a box starts from. */
export interface BoxPlan {
  readonly config: BoxConfig;
  /** Paths in `config` are relative to this folder. */
  readonly folder: string;
  readonly cameras: readonly CameraPlan[];
  /** What breaches are in law. */
  readonly offences: readonly OffenceEntry[];
}

/** Reads `box.yaml` and its camera files. Throws {@link ConfigError} with every fault of all of them. */
export function planBox(file: string, env: NodeJS.ProcessEnv): BoxPlan {
  const box = loadBox(file);
  const folder = dirname(resolve(file));
  const faults: Fault[] = [];
  if (box.value.evidence !== undefined && box.value.broker.password_file === undefined)
    faults.push(box.fault(["broker", "password_file"], undefined, "a file: evidence is uploaded with it"));
  const cameras: CameraPlan[] = [];
  let offences: readonly OffenceEntry[] = [];
  try {
    offences = loadOffences(
      box.value.offences === undefined ? undefined : resolve(folder, box.value.offences),
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    faults.push(...error.faults);
  }
  const names = new Set<string>();
  box.value.cameras.forEach((path, index) => {
    try {
      const loaded = loadCamera(resolve(folder, path));
      const { camera } = loaded.value;
      if (names.has(camera))
        faults.push(loaded.fault(["camera"], camera, "a name that no other camera of the box has"));
      names.add(camera);
      cameras.push({
        file: loaded,
        config: loaded.value,
        scene: buildScene(loaded),
        password: passwordOf(loaded, env),
      });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const [first] = error.faults;
      if (first?.key === "(file)")
        faults.push(box.fault(["cameras", index], path, "a camera file that can be read"));
      else faults.push(...error.faults);
    }
  });
  if (faults.length > 0) throw new ConfigError(faults);
  return { config: box.value, folder, cameras, offences };
}

/** From `NGATU_CAMERA_<NAME>_PASSWORD`, else from the camera's `password_file`. */
function passwordOf(loaded: Loaded<CameraConfig>, env: NodeJS.ProcessEnv): string | undefined {
  const { camera, password_file: file } = loaded.value;
  const named = env[`NGATU_CAMERA_${camera.toUpperCase().replaceAll("-", "_")}_PASSWORD`];
  if (named !== undefined || file === undefined) return named;
  try {
    return readFileSync(resolve(dirname(loaded.file), file), "utf8").trimEnd();
  } catch {
    throw new ConfigError([loaded.fault(["password_file"], file, "a file that the box can read")]);
  }
}

/** How each camera looks, by its name. Throws {@link ConfigError} with every input size that the network can't take. */
export function viewsOf(
  entry: ModelEntry,
  cameras: readonly CameraPlan[],
): ReadonlyMap<string, DetectorView> {
  const views = new Map<string, DetectorView>();
  const faults: Fault[] = [];
  for (const { file } of cameras) {
    try {
      views.set(file.value.camera, viewOfCamera(entry, file));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      faults.push(...error.faults);
    }
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return views;
}

/** Throws ModelError when a camera's pictures, made for the one detector, are none of the other's input. */
export function refuseOtherPictures(from: ModelEntry, to: ModelEntry, cameras: readonly CameraPlan[]): void {
  const [before, after] = [viewsOf(from, cameras), viewsOf(to, cameras)];
  for (const [camera, { input }] of before) {
    const other = after.get(camera)?.input;
    if (isDeepStrictEqual(input, other)) continue;
    const wanted = other === undefined ? "none" : `${other.width}×${other.height} (${other.fit})`;
    throw new ModelError(
      to.name,
      `takes pictures of ${wanted}, camera ${camera} brings ${input.width}×${input.height} (${input.fit}): restart the box`,
    );
  }
}

/** Whose jobs a camera's are: what can become a case or a match goes before what is merely counted. */
export function errandOf(camera: CameraConfig): Errand {
  const products = productsOf(camera);
  return {
    camera: camera.camera,
    priority: products.has("traffic") || products.has("face") ? "case" : "count",
  };
}
