// The embedding of the one face that each picture of a set is about.
import { join } from "node:path";
import { faceGeometry } from "../../../edge/detect/face-geometry.ts";
import { faceAppearance } from "../../../edge/detect/face-appearance.ts";
import { assessFace, GATE, type GateLimits } from "../../../edge/detect/face-gate.ts";
import type { FaceRefusal } from "../../../edge/detect/face-observation.ts";
import {
  openFaceReader,
  type FaceModels,
  type FaceReader,
  type ReadFace,
} from "../../../edge/detect/face-reader.ts";
import { stillFrame } from "../../../edge/detect/still.ts";
import { readPicture } from "../../../edge/watchlist/picture.ts";

export interface Embeddings {
  readonly vectors: ReadonlyMap<string, Float32Array>;
  /** Pictures in which no face was found. */
  readonly withoutFace: readonly string[];
  /** What the product's quality gate would have refused, by its reason: told, not left out. */
  readonly gate: Readonly<Record<string, number>>;
}

/** Every face is embedded here: a set judges recognition, the gate is reported beside it. */
const OPEN: GateLimits = {
  confidence: 0,
  size: 0,
  aside: Infinity,
  nod: [-Infinity, Infinity],
  roll: Infinity,
  brightness: [0, 255],
  contrast: 0,
  sharpness: 0,
};
/** As in enrolment. Small pictures are enlarged to it, for the exact place of the five points decides at low false-match rates. */
const INPUT = { width: 640, height: 640 };
/** For a face that fills a small picture and so becomes too large when enlarged. */
const COARSE = { width: 320, height: 320 };

export async function embedSet(
  folder: string,
  files: readonly string[],
  models: FaceModels,
  onProgress: (done: number) => void,
): Promise<Embeddings> {
  const vectors = new Map<string, Float32Array>();
  const withoutFace: string[] = [];
  const gate: Record<string, number> = {};
  const reader = await openFaceReader(models, { limits: OPEN, maxPerFrame: 0, input: INPUT });
  const coarse = await openFaceReader(models, { limits: OPEN, maxPerFrame: 0, input: COARSE });
  try {
    for (const [index, file] of files.entries()) {
      const path = join(folder, "images", file);
      const found = (await mainFace(reader, path)) ?? (await mainFace(coarse, path));
      if (found?.embedding === undefined) withoutFace.push(file);
      else vectors.set(file, found.embedding);
      if (found?.refused !== undefined) gate[found.refused] = (gate[found.refused] ?? 0) + 1;
      onProgress(index + 1);
    }
  } finally {
    await Promise.all([reader.close(), coarse.close()]);
  }
  return { vectors, withoutFace, gate };
}

interface MainFace {
  readonly embedding: Float32Array | undefined;
  /** Why the product's gate would not have compared it. */
  readonly refused: FaceRefusal | undefined;
}

/** The largest face, those away from the middle counting less: bystanders stand at the side. */
async function mainFace(reader: FaceReader, path: string): Promise<MainFace | undefined> {
  const picture = await readPicture(path);
  const { small, full } = await stillFrame(picture, reader.input);
  const weight = ({ box, points }: ReadFace): number => {
    const dx = (box.x1 + box.x2) / picture.width - 1;
    const dy = (box.y1 + box.y2) / picture.height - 1;
    return faceGeometry(points).size * (1 - Math.min(Math.hypot(dx, dy), 1) / 2);
  };
  const [face] = (await reader.read(small.pixels, full)).sort((a, b) => weight(b) - weight(a));
  if (face === undefined) return undefined;
  const geometry = faceGeometry(face.points);
  const look = faceAppearance({ width: full.width, height: full.height, y: full.planes }, geometry);
  const embedding = await reader.embedExactly(full, face);
  return { embedding, refused: assessFace(face, geometry, look, full, GATE).reason };
}
