// What the cameras of a run had in memory: embeddings and pixels of every face that passed, read from the same clip again.
import type { Logger } from "pino";
import { openCamera } from "../../../edge/camera/camera.ts";
import type { Frame } from "../../../edge/camera/frame.ts";
import { openFaceReader, type FaceModels, type ReadFace } from "../../../edge/detect/face-reader.ts";
import { makePreview } from "../../../edge/preview/preview.ts";
import { place } from "../../../models/letterbox.ts";
import { isTelling, PIECE_BYTES } from "./pixel-scan.ts";
import type { SecondLook } from "./second-look.ts";

export interface KnownFaces {
  /** Unit vectors. */
  readonly embeddings: Float32Array[];
  /** Pieces of rows through faces: luma at full size, and rgb24 as the detector got it. */
  readonly pieces: Uint8Array[];
  /** Faces that the second detector sees in a picture as it would be shown unblurred: mean of the clip's frames. */
  readonly seenPerPicture: number;
}

export interface Clip {
  readonly name: string;
  readonly source: string;
  readonly fps: number;
  /** How much of it a run shows. */
  readonly seconds: number;
}

/** Where in a face, as a share of its height, rows are taken: brows, eyes, nose, mouth. */
const ROWS = [0.35, 0.45, 0.6, 0.75];
/** All that the product would embed, and more in a frame than it does. */
const MAX_PER_FRAME = 64;

export async function knownFaces(
  clip: Clip,
  models: FaceModels,
  second: SecondLook,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Logger },
): Promise<KnownFaces> {
  const reader = await openFaceReader(models, { maxPerFrame: MAX_PER_FRAME });
  const { width, height, fit, pad } = reader.input;
  const source = openCamera({
    name: clip.name,
    source: clip.source,
    request: { small: [{ width, height, fit, pad }], full: true, fps: clip.fps },
    pace: "lock-step",
    log,
  });
  const embeddings: Float32Array[] = [];
  const pieces: Uint8Array[] = [];
  let frames = 0;
  let seen = 0;
  try {
    for await (const frame of source.frames(signal)) {
      try {
        if (frame.time.tMs > clip.seconds * 1000) break;
        const [small] = frame.small;
        if (small === undefined || frame.full === undefined) throw new Error("a frame without its pictures");
        const content = place(frame.full, reader.input);
        for (const face of await reader.read(small.pixels, frame.full)) {
          if (face.embedding !== undefined) embeddings.push(face.embedding);
          pieces.push(...piecesOf(face, frame, content));
        }
        const shown = await makePreview(small, contentBox(content), []);
        seen += (await second.faces(shown))?.length ?? 0;
        frames += 1;
      } finally {
        frame.release();
      }
    }
  } finally {
    await source.stop();
    await reader.close();
  }
  return { embeddings, pieces, seenPerPicture: frames === 0 ? 0 : seen / frames };
}

function contentBox({ offsetX, offsetY, width, height }: ReturnType<typeof place>): {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
} {
  return { x1: offsetX, y1: offsetY, x2: offsetX + width, y2: offsetY + height };
}

/** Pieces of rows through one face; from the middle of its width, where skin and eyes are. */
function piecesOf(
  { box }: ReadFace,
  { full, small }: Frame,
  content: ReturnType<typeof place>,
): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const middle = (box.x1 + box.x2) / 2;
  for (const share of ROWS) {
    const row = box.y1 + (box.y2 - box.y1) * share;
    if (full !== undefined) {
      const at = Math.floor(row) * full.width + Math.floor(middle) - PIECE_BYTES / 2;
      pieces.push(full.planes.slice(at, at + PIECE_BYTES));
    }
    const [picture] = small;
    if (picture !== undefined) {
      const x = Math.floor(middle * content.scaleX + content.offsetX);
      const y = Math.floor(row * content.scaleY + content.offsetY);
      const at = (y * picture.width + x) * 3 - PIECE_BYTES / 2;
      pieces.push(picture.pixels.slice(at, at + PIECE_BYTES));
    }
  }
  return pieces.filter(isTelling);
}
