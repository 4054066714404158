// A second opinion on what may be seen in a picture: another face detector than the one that did the blurring.
import sharp from "sharp";
import { stillFrame } from "../../../edge/detect/still.ts";
import { type FaceDetector, openFaceDetector } from "../../../models/face-detector.ts";
import { place, toSource } from "../../../models/letterbox.ts";
import type { ModelStore } from "../../../models/store.ts";

/** A face that can be seen. */
export interface SeenFace {
  readonly score: number;
  /** Pixels of the picture. */
  readonly box: readonly [number, number, number, number];
  /** Part of the picture that it fills. */
  readonly share: number;
}

export class SecondLook {
  readonly model: string;
  readonly #detector: FaceDetector;

  private constructor(model: string, detector: FaceDetector) {
    this.model = model;
    this.#detector = detector;
  }

  /** Rejects with SourceError or ModelError when no other face detector can be had. */
  static async open(store: ModelStore, blurring: string): Promise<SecondLook> {
    const other = store.catalogue.models.find(
      ({ task, name }) => task === "face-detect" && name !== blurring,
    );
    if (other === undefined) throw new RangeError(`no face detector beside ${blurring} is in the catalogue`);
    const model = await store.ensure(other.name);
    return new SecondLook(model.name, await openFaceDetector(model));
  }

  async close(): Promise<void> {
    await this.#detector.close();
  }

  /** Undefined where the bytes are no picture that can be read. A picture cut short is read as far as it goes. */
  async faces(encoded: Uint8Array): Promise<SeenFace[] | undefined> {
    const picture = await decode(encoded);
    if (picture === undefined) return undefined;
    const { small, full } = await stillFrame(picture, this.#detector.input);
    const placement = place(full, this.#detector.input);
    return (await this.#detector.detect(small.pixels)).map((face) => {
      const { x1, y1, x2, y2 } = toSource(face, placement);
      const area = (x2 - x1) * (y2 - y1);
      return { score: face.score, box: [x1, y1, x2, y2], share: area / (full.width * full.height) };
    });
  }
}

const MAX_PIXELS = 50_000_000;
/** Smaller pictures are icons; a face in them is nobody's. */
const MIN_SIDE = 16;

async function decode(
  encoded: Uint8Array,
): Promise<{ width: number; height: number; rgb: Uint8Array } | undefined> {
  try {
    const { data, info } = await sharp(encoded, { failOn: "none", limitInputPixels: MAX_PIXELS, pages: 1 })
      .flatten()
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const readable = info.channels === 3 && info.width >= MIN_SIDE && info.height >= MIN_SIDE;
    return readable ? { width: info.width, height: info.height, rgb: data } : undefined;
  } catch {
    return undefined; // bytes that merely begin like a picture
  }
}
