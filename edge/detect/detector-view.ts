// How one camera's detector looks: its input's size, which tiles of an enlarged picture, how overlaps are judged.
import type { CameraConfig } from "../../config/camera.ts";
import { ConfigError } from "../../config/fault.ts";
import type { Loaded } from "../../config/load.ts";
import type { ModelEntry } from "../../models/catalogue.ts";
import {
  allowedInputs,
  detectorInput,
  type InputSpec,
  type Suppression,
  takesInput,
} from "../../models/detector.ts";
import { type Tile, planTiles } from "../../models/tiles.ts";

export interface DetectorView {
  /** Name of the sessions that it runs on: views of one name share them. */
  readonly sessions: string;
  readonly input: InputSpec;
  readonly suppression: Suppression;
  readonly tiling?: Tiling;
}

export interface Tiling {
  /** The enlarged picture to be asked of the camera. */
  readonly canvas: InputSpec;
  readonly tiles: readonly Tile[];
  /** Most tiles looked at in one frame, besides the whole picture. */
  readonly perFrame: number;
}

/** Without `config`: the network's own input, no tiles. Throws ModelError for a size that the network can't take. */
export function detectorView(
  entry: ModelEntry,
  config?: CameraConfig["detector"],
  picture?: CameraConfig["picture"],
): DetectorView {
  const input = detectorInput(entry, config?.input);
  const suppression = config?.suppression ?? "hard";
  const grid = config?.tiles;
  const size = `${input.width}×${input.height}`;
  if (grid === undefined || picture === undefined) return { sessions: size, input, suppression };
  const { canvas, tiles } = planTiles(picture, input, grid);
  const perFrame = Math.min(grid.per_frame ?? tiles.length, tiles.length);
  return { sessions: `${size} with tiles`, input, suppression, tiling: { canvas, tiles, perFrame } };
}

/** What a camera file asks for. Throws {@link ConfigError} where its `detector.input` is none that the network takes. */
export function viewOfCamera(entry: ModelEntry, camera: Loaded<CameraConfig>): DetectorView {
  const { detector, picture } = camera.value;
  const input = detector?.input;
  if (input !== undefined && !takesInput(entry, input)) {
    const allowed = `${allowedInputs(entry)}, as ${entry.name} takes them`;
    throw new ConfigError([camera.fault(["detector", "input"], `${input.width}×${input.height}`, allowed)]);
  }
  return detectorView(entry, detector, picture);
}
