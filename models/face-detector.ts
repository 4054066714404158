// Finds faces and five points of each in a picture.
import type { ModelEntry } from "./catalogue.ts";
import { decodeBlazeface } from "./decode/blazeface.ts";
import type { DecoderInput } from "./decode/candidate.ts";
import type { FaceCandidate, FacePoints } from "./decode/face.ts";
import { nms } from "./decode/nms.ts";
import { decodeYunet } from "./decode/yunet.ts";
import { detectorInput, type DetectorOptions, preparationOf } from "./detector.ts";
import type { InputSpec } from "./letterbox.ts";
import { ModelError } from "./model-error.ts";
import type { ReadyModel } from "./ready-model.ts";
import { decoding, openPictureSession } from "./session.ts";

export type { FacePoint, FacePoints } from "./decode/face.ts";

/** A found face in pixels of the detector's input. */
export interface ModelFace {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  /** 0 to 1. */
  readonly score: number;
  readonly points: FacePoints;
}

export interface FaceDetector {
  readonly input: InputSpec;
  /** As {@link ObjectDetector.detect}: rgb24 of the input's size, best score first, one call at a time. */
  detect(rgb: Uint8Array): Promise<ModelFace[]>;
  close(): Promise<void>;
}

const DECODERS: Readonly<Partial<Record<ModelEntry["decoder"], (input: DecoderInput) => FaceCandidate[]>>> = {
  yunet: decodeYunet,
  blazeface: decodeBlazeface,
};

/** Rejects with {@link ModelError}, naming the model, when it can't be opened. */
export async function openFaceDetector(
  model: ReadyModel,
  options: DetectorOptions = {},
): Promise<FaceDetector> {
  const { entry, name } = model;
  const decode = DECODERS[entry.decoder];
  if (decode === undefined) throw new ModelError(name, `is no face detector (${entry.task})`);
  const input = detectorInput(entry, options);
  const threshold = options.threshold ?? entry.threshold?.value ?? 0.65;
  const session = await openPictureSession(model, preparationOf(entry, input));

  return { input, detect, close: () => session.close() };

  async function detect(rgb: Uint8Array): Promise<ModelFace[]> {
    const outputs = await session.run(rgb);
    const { width, height } = input;
    const found = decoding(name, () => decode?.({ outputs, width, height, threshold }) ?? []);
    return nms(found, entry.nms_iou ?? 0.3).map(({ x1, y1, x2, y2, score, points }) => ({
      x1,
      y1,
      x2,
      y2,
      score,
      points,
    }));
  }
}
