// Cuts the region around a face out of a full-size picture, row by row, for the embedder.
import { cutYuv, evenRectangle, yuvMemory } from "../../models/yuv-cut.ts";
import type { YuvRegion } from "../../models/yuv.ts";
import type { FullPicture } from "../camera/frame.ts";
import type { FaceGeometry } from "./face-geometry.ts";

export interface CutRegion {
  readonly region: YuvRegion;
  /** Where the region begins in the full picture; both even. */
  readonly left: number;
  readonly top: number;
}

/**
 * Half the region's side in face sizes: the aligned chip (112 pixels for eyes 35 apart) and its corners at any
 * rotation, with a margin for interpolation.
 */
const REACH = 2.4;

/** Keeps its buffers from one cut to the next: a region is valid until the following call. */
export function createRegionCutter(): (full: FullPicture, face: FaceGeometry) => CutRegion | undefined {
  let memory = yuvMemory(0);
  return (full, face) => {
    const reach = face.size * REACH;
    const x = face.middle.x - Math.sin(face.roll) * face.size * 0.13;
    const y = face.middle.y + Math.cos(face.roll) * face.size * 0.13;
    const square = evenRectangle(full, { x1: x - reach, y1: y - reach, x2: x + reach, y2: y + reach });
    if (square === undefined) return undefined;
    const { left, top, width, height } = square;
    if (memory.y.length < width * height) memory = yuvMemory(width * height);
    return { region: cutYuv(full, square, memory), left, top };
  };
}
