// From one frame to its faces: find, judge, cut, embed. What it returns never leaves the thread as it is.
import { openFaceDetector, type FacePoints, type ModelFace } from "../../models/face-detector.ts";
import { openFaceEmbedder } from "../../models/face-embedder.ts";
import { openFaceLandmarks } from "../../models/face-landmarks.ts";
import { place, toSource, type Placement } from "../../models/letterbox.ts";
import type { InputSpec } from "../../models/detector.ts";
import type { ReadyModel } from "../../models/ready-model.ts";
import type { FullPicture } from "../camera/frame.ts";
import type { Box, Point } from "../geometry/box.ts";
import { faceAppearance } from "./face-appearance.ts";
import { assessFace, type GateLimits } from "./face-gate.ts";
import { faceGeometry, type FaceGeometry, type FivePoints } from "./face-geometry.ts";
import type { FaceRefusal } from "./face-observation.ts";
import { createRegionCutter } from "./face-region.ts";
import { facesInTurn } from "./face-turn.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A face in pixels of the full picture. */
export interface FoundFace {
  readonly box: Box;
  readonly points: FivePoints;
  readonly confidence: number;
}

/** `embedding` only where the gate let it through. */
export interface ReadFace extends FoundFace {
  readonly quality: number;
  readonly reason?: FaceRefusal;
  readonly embedding?: Float32Array;
}

export interface FaceReaderOptions {
  readonly limits?: GateLimits;
  /** Most faces embedded in one frame (each costs about as much as finding them all); 8. */
  readonly maxPerFrame?: number;
  /** Embed every face as exactly as these models can (see {@link FaceReader.embedExactly}); for enrolment. */
  readonly exact?: boolean;
  /** Size of the detector's input, for pictures of another shape than a camera's; unused where it has one size only. */
  readonly input?: { readonly width: number; readonly height: number };
}

export interface FaceReader {
  readonly input: InputSpec;
  readonly dimensions: number;
  /** `small` is the full picture fitted into `input`, rgb24. Every face found, best first within the detector's order. */
  read(small: Uint8Array, full: FullPicture): Promise<ReadFace[]>;
  /** Only where the faces are, in pixels of a picture of size `picture` that `small` was made from. */
  find(small: Uint8Array, picture: Size): Promise<FoundFace[]>;
  /**
   * A face of `full` once more, without its errors of placement: the mean over the detector's five points and those of
   * the landmark network where there is one, each with its mirror image. Five times the cost of the plain embedding,
   * whose direction it shares: the two can be compared. Undefined where the region is cut off.
   */
  embedExactly(full: FullPicture, face: ReadFace): Promise<Float32Array | undefined>;
  close(): Promise<void>;
}

export interface FaceModels {
  readonly detector: ReadyModel;
  readonly embedder: ReadyModel;
  readonly landmarks?: ReadyModel | undefined;
}

interface Judged {
  readonly face: ReadFace;
  readonly geometry: FaceGeometry;
}

export async function openFaceReader(
  models: FaceModels,
  options: FaceReaderOptions = {},
): Promise<FaceReader> {
  const maxPerFrame = options.maxPerFrame ?? 8;
  const sizeable = models.detector.entry.input.multiple !== undefined;
  const detector = await openFaceDetector(models.detector, sizeable ? options.input : undefined);
  const embedder = await openFaceEmbedder(models.embedder);
  const landmarks = models.landmarks === undefined ? undefined : await openFaceLandmarks(models.landmarks);
  const cut = createRegionCutter();
  let turn = 0;

  async function embedding(full: FullPicture, { face, geometry }: Judged): Promise<Float32Array | undefined> {
    const region = cut(full, geometry);
    if (region === undefined) return undefined;
    return await embedder.embed(region.region, pointsFrom(face.points, region.left, region.top));
  }

  async function embedExactly(full: FullPicture, face: ReadFace): Promise<Float32Array | undefined> {
    const geometry = faceGeometry(face.points);
    const cutout = cut(full, geometry);
    if (cutout === undefined) return undefined;
    const { region, left, top } = cutout;
    const found = pointsFrom(face.points, left, top);
    if (landmarks === undefined) return await embedder.embedMean(region, [found]);
    const placed = await landmarks.read(region, {
      x: (face.box.x1 + face.box.x2) / 2 - left,
      y: (face.box.y1 + face.box.y2) / 2 - top,
      width: face.box.x2 - face.box.x1,
      height: face.box.y2 - face.box.y1,
      roll: geometry.roll,
    });
    return await embedder.embedMean(region, [found, placed]);
  }

  return {
    input: detector.input,
    dimensions: embedder.dimensions,
    embedExactly,
    async read(small, full) {
      const placement = place(full, detector.input);
      const found = await detector.detect(small);
      const judged = found.map((face) => judge(face, placement, full, options.limits));
      const passed = judged.filter(({ face }) => face.reason === undefined);
      const chosen = new Set(
        facesInTurn(
          passed.map(({ face }) => face.quality),
          maxPerFrame,
          turn++,
        ).map((index) => passed[index]),
      );
      const faces: ReadFace[] = [];
      for (const each of judged) {
        if (chosen.has(each)) {
          const vector =
            options.exact === true ? await embedExactly(full, each.face) : await embedding(full, each);
          faces.push(
            vector === undefined ? { ...each.face, reason: "edge" } : { ...each.face, embedding: vector },
          );
        } else faces.push(each.face.reason === undefined ? { ...each.face, reason: "deferred" } : each.face);
      }
      return faces;
    },
    async find(small, picture) {
      const placement = place(picture, detector.input);
      return (await detector.detect(small)).map((face) => placed(face, placement));
    },
    async close() {
      await detector.close();
      await embedder.close();
      await landmarks?.close();
    },
  };
}

function judge(
  found: ModelFace,
  placement: Placement,
  full: FullPicture,
  limits: GateLimits | undefined,
): Judged {
  const face = placed(found, placement);
  const geometry = faceGeometry(face.points);
  const look = faceAppearance({ width: full.width, height: full.height, y: full.planes }, geometry);
  const assessment = assessFace({ confidence: found.score }, geometry, look, full, limits);
  return { face: { ...face, ...assessment }, geometry };
}

function placed(found: ModelFace, placement: Placement): FoundFace {
  const points = found.points.map(([x, y]) => ({
    x: (x - placement.offsetX) / placement.scaleX,
    y: (y - placement.offsetY) / placement.scaleY,
  })) as unknown as FivePoints;
  return { box: toSource(found, placement), points, confidence: found.score };
}

/** The points as the embedder takes them, counted from the region's corner. */
function pointsFrom(points: FivePoints, left: number, top: number): FacePoints {
  const from = ({ x, y }: Point): [number, number] => [x - left, y - top];
  const [a, b, c, d, e] = points;
  return [from(a), from(b), from(c), from(d), from(e)];
}
