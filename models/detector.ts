// Finds persons, vehicles and the rest of COCO in a picture.
import type { ModelEntry } from "./catalogue.ts";
import { COCO_CLASSES } from "./coco.ts";
import type { Candidate, DecoderInput } from "./decode/candidate.ts";
import { decodeEndToEnd } from "./decode/end-to-end.ts";
import { decodeFastestdet } from "./decode/fastestdet.ts";
import { decodeNanodet } from "./decode/nanodet.ts";
import { nms } from "./decode/nms.ts";
import { softNms } from "./decode/soft-nms.ts";
import { decodeYolov8 } from "./decode/yolov8.ts";
import { decodeYolox } from "./decode/yolox.ts";
import type { InputSpec } from "./letterbox.ts";
import { ModelError } from "./model-error.ts";
import type { Preparation } from "./onnx/prepare.ts";
import type { ReadyModel } from "./ready-model.ts";
import { decoding, type Output, openCutSession, openPictureSession } from "./session.ts";
import type { Tile } from "./tiles.ts";

export type { InputSpec } from "./letterbox.ts";

/** A found object: its box in pixels of the detector's input, and the name of its class in the catalogue. */
export interface ModelDetection extends Candidate {
  readonly className: string;
}

export interface ObjectDetector {
  readonly input: InputSpec;
  /**
   * `rgb` is rgb24 of exactly the input's size (also over shared memory: it is copied once); best score first.
   * One call at a time. Rejects with {@link ModelError} when the outputs are none of this network's.
   */
  detect(rgb: Uint8Array, suppression?: Suppression): Promise<ModelDetection[]>;
  /** Takes over an enlarged picture to look at tiles of it; only where `tiles` was asked for. Throws {@link ModelError}. */
  load(rgb: Uint8Array, size: { readonly width: number; readonly height: number }): void;
  /** What is in that tile of the loaded picture, in pixels of the tile. */
  detectTile(tile: Tile, suppression?: Suppression): Promise<ModelDetection[]>;
  /** IoU above which two boxes of a class are one object. */
  readonly maxIou: number;
  close(): Promise<void>;
}

export interface SizeOptions {
  /** Other input sizes only where the catalogue says that the network takes them. */
  readonly width?: number;
  readonly height?: number;
}

export interface DetectorOptions extends SizeOptions {
  /** Least score; lower finds more and invents more. Default: the catalogue's, measured there. */
  readonly threshold?: number;
  /** Whether tiles of enlarged pictures will be looked at too. */
  readonly tiles?: boolean;
}

/** Of boxes that overlap, `hard` keeps the best; `soft` keeps those of people who stand close, at a lower score. */
export type Suppression = "hard" | "soft";

type DetectorDecoder = (input: DecoderInput) => Candidate[];
const DECODERS: Readonly<Partial<Record<ModelEntry["decoder"], DetectorDecoder>>> = {
  yolox: decodeYolox,
  nanodet: decodeNanodet,
  fastestdet: decodeFastestdet,
  yolov8: decodeYolov8,
  "end-to-end": decodeEndToEnd,
};

/** The input that a model will have, without opening it. Throws {@link ModelError} for a size that it can't take. */
export function detectorInput(entry: ModelEntry, options: SizeOptions = {}): InputSpec {
  const { width: ownWidth, height: ownHeight, fit, pad } = entry.input;
  const { width = ownWidth, height = ownHeight } = options;
  if (!takesInput(entry, { width, height }))
    throw new ModelError(
      entry.name,
      `an input of ${width}×${height} is not possible; ${allowedInputs(entry)}`,
    );
  return { width, height, fit, pad };
}

/** Whether the network runs at that size. */
export function takesInput({ input }: ModelEntry, { width, height }: Required<SizeOptions>): boolean {
  const { multiple } = input;
  if (width === input.width && height === input.height) return true;
  return multiple !== undefined && width % multiple === 0 && height % multiple === 0;
}

/** The sizes that the network runs at, in words. */
export function allowedInputs({ input: { width, height, multiple } }: ModelEntry): string {
  return multiple === undefined ? `${width}×${height} only` : `multiples of ${multiple}`;
}

/** What the graph must do with rgb24 pixels of that size. */
export function preparationOf(entry: ModelEntry, { width, height }: SizeOptions & InputSpec): Preparation {
  const { layout, order, mean, std } = entry.input;
  return { width, height, layout, order, mean, std, outputs: entry.outputs };
}

/** Rejects with {@link ModelError}, naming the model, when it can't be opened. Blocks its thread while it runs. */
export async function openDetector(
  model: ReadyModel,
  options: DetectorOptions = {},
): Promise<ObjectDetector> {
  const { entry, name } = model;
  const decode = DECODERS[entry.decoder];
  if (decode === undefined) throw new ModelError(name, `is no object detector (${entry.task})`);
  const input = detectorInput(entry, options);
  const threshold = options.threshold ?? entry.threshold?.value ?? 0.3;
  const classes = typeof entry.classes === "object" ? entry.classes : COCO_CLASSES;
  const maxIou = entry.nms_iou ?? 0.45;
  const preparation = preparationOf(entry, input);
  const { width, height } = input;
  const { detect, load, detectTile, close } =
    options.tiles === true ? await withTiles() : await withoutTiles();

  return { input, maxIou, detect, load, detectTile, close };

  async function withoutTiles(): Promise<Looking> {
    const session = await openPictureSession(model, preparation);
    const refuse = (): never => {
      throw new ModelError(name, "was opened for whole pictures, not for tiles");
    };
    return {
      detect: async (rgb, suppression) => found(await session.run(rgb), suppression),
      load: refuse,
      detectTile: refuse,
      close: () => session.close(),
    };
  }

  async function withTiles(): Promise<Looking> {
    const session = await openCutSession(model, preparation);
    return {
      detect: async (rgb, suppression) => {
        session.load(rgb, width, height);
        return found(await session.runAt(0, 0), suppression);
      },
      load: (rgb, size) => {
        session.load(rgb, size.width, size.height);
      },
      detectTile: async ({ x, y }, suppression) => found(await session.runAt(x, y), suppression),
      close: () => session.close(),
    };
  }

  function found(outputs: readonly Output[], suppression: Suppression = "hard"): ModelDetection[] {
    const all = decoding(name, () => decode?.({ outputs, width, height, threshold }) ?? []);
    const kept = suppression === "soft" ? softNms(all, threshold) : nms(all, maxIou);
    return kept.map((each) => ({
      ...each,
      className: classes[each.classIndex] ?? `class ${each.classIndex}`,
    }));
  }
}

type Looking = Pick<ObjectDetector, "detect" | "load" | "detectTile" | "close">;
