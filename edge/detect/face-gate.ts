// The quality gate: which faces are good enough to be compared with a watch list, and how good.
import type { FaceAppearance } from "./face-appearance.ts";
import type { FaceGeometry } from "./face-geometry.ts";
import type { FaceRefusal } from "./face-observation.ts";

/** Limits of the gate. Tightening one misses more faces; loosening one lets faces vote whose likeness is chance. */
export interface GateLimits {
  /** Least confidence of the face detector. */
  readonly confidence: number;
  /**
   * Least pixels between the eyes. LFW reduced to 26, 20 and 15 pixels (400 pictures, fr-feature, all against all):
   * 91.4, 90.9 and 88.4 % of the pairs of one person are told at 1 false one in 10,000, with the threshold unmoved.
   */
  readonly size: number;
  /** Most the nose may be aside, in eye distances. */
  readonly aside: number;
  /** Where the nose may be between eyes and mouth. */
  readonly nod: readonly [number, number];
  /** Most tilt, radians; alignment turns the face upright, so this only keeps out broken points. */
  readonly roll: number;
  /** Mean luma of the face. */
  readonly brightness: readonly [number, number];
  /** Least standard deviation of the luma. */
  readonly contrast: number;
  /**
   * Least fine detail over contrast (see FaceAppearance.sharpness). Blur does not only miss, it accuses: blurred faces
   * look alike. The threshold that lets 1 false pair in 10,000 pass rises from 0.41 to 0.44 at σ 2 pixels and to 0.53
   * at σ 3 (LFW, fr-feature); this limit refuses nine in ten of the latter and none in a hundred of those as they are.
   */
  readonly sharpness: number;
}

export const GATE: GateLimits = {
  confidence: 0.7,
  size: 18,
  aside: 0.35,
  nod: [0.25, 0.85],
  roll: Math.PI / 4,
  brightness: [35, 225],
  contrast: 8,
  sharpness: 0.18,
};

/** Values at which more no longer helps. */
const ENOUGH = { size: 60, sharpness: 0.35, contrast: 30 };

export interface Assessment {
  /** 0 (useless) to 1 (frontal, sharp, large). */
  readonly quality: number;
  readonly reason?: FaceRefusal;
}

/** Judges one face of a picture of the given size; the first limit it breaks is its reason. */
export function assessFace(
  face: { readonly confidence: number },
  geometry: FaceGeometry,
  look: FaceAppearance,
  picture: { readonly width: number; readonly height: number },
  limits: GateLimits = GATE,
): Assessment {
  const quality =
    face.confidence *
    Math.sqrt(share(geometry.size, ENOUGH.size)) *
    Math.sqrt(share(look.sharpness, ENOUGH.sharpness)) *
    Math.sqrt(share(look.contrast, ENOUGH.contrast)) *
    Math.cos((Math.min(Math.abs(geometry.aside) / 0.5, 1) * Math.PI) / 2);
  const reason = refusal(face, geometry, look, picture, limits);
  return reason === undefined ? { quality } : { quality, reason };
}

function refusal(
  face: { readonly confidence: number },
  geometry: FaceGeometry,
  look: FaceAppearance,
  picture: { readonly width: number; readonly height: number },
  limits: GateLimits,
): FaceRefusal | undefined {
  if (face.confidence < limits.confidence) return "unsure";
  if (geometry.size < limits.size) return "small";
  if (isCut(geometry, picture)) return "edge";
  if (Math.abs(geometry.roll) > limits.roll) return "tilted";
  if (
    Math.abs(geometry.aside) > limits.aside ||
    geometry.nod < limits.nod[0] ||
    geometry.nod > limits.nod[1]
  ) {
    return "turned";
  }
  if (look.brightness < limits.brightness[0]) return "dark";
  if (look.brightness > limits.brightness[1]) return "bright";
  if (look.contrast < limits.contrast) return "flat";
  if (look.sharpness < limits.sharpness) return "blurred";
  return undefined;
}

/** Whether eyes, nose or mouth reach beyond the picture; a forehead above the edge is no loss. */
function isCut(
  geometry: FaceGeometry,
  picture: { readonly width: number; readonly height: number },
): boolean {
  const { middle, size } = geometry;
  return (
    middle.x - size < 0 ||
    middle.x + size > picture.width ||
    middle.y - size / 2 < 0 ||
    middle.y + size * 1.5 > picture.height
  );
}

function share(value: number, enough: number): number {
  return Math.min(Math.max(value / enough, 0), 1);
}
