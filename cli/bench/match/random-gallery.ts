// Galleries of unit vectors from a seed: spread over the whole sphere, or crowded round centres as real faces are.
import type { SearchSet } from "../../../edge/watchlist/search-set.ts";

const FOREVER = Date.parse("9999-01-01T00:00:00Z");

/** Normally distributed numbers (Box–Muller) from a 32-bit xorshift generator. */
export function normals(seed: number): () => number {
  let state = seed | 0 || 1;
  const uniform = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 1) / 4294967297;
  };
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** Fills `into` with a unit vector round `centre`, or anywhere; `spread` is the noise's length beside the centre's 1. */
export function drawUnit(into: Float32Array, normal: () => number, centre?: Float32Array, spread = 1): void {
  const noise = spread / Math.sqrt(into.length);
  let squares = 0;
  for (let i = 0; i < into.length; i++) {
    const value = (centre?.[i] ?? 0) + normal() * noise;
    into[i] = value;
    squares += value * value;
  }
  const length = Math.sqrt(squares);
  for (let i = 0; i < into.length; i++) into[i] = (into[i] as number) / length;
}

export interface GalleryPlan {
  readonly templates: number;
  readonly dimensions: number;
  /** Templates in a row that belong to one entry. */
  readonly perEntry: number;
  /** Templates round one centre; absent: no centres. */
  readonly perCentre?: number;
}

/** Two templates of one centre are alike by about 0.6, as two pictures of one person are. */
export const SPREAD = 0.8;

/** Built in place: nothing but the set itself stays in memory. */
export function randomGallery(plan: GalleryPlan, seed: number): SearchSet {
  const { templates, dimensions, perEntry, perCentre } = plan;
  const normal = normals(seed);
  const rows = new Float32Array(new SharedArrayBuffer(templates * dimensions * 4));
  const owners = new Uint32Array(new SharedArrayBuffer(templates * 4));
  const centre = new Float32Array(dimensions);
  for (let row = 0; row < templates; row++) {
    if (perCentre !== undefined && row % perCentre === 0) drawUnit(centre, normal);
    const into = rows.subarray(row * dimensions, (row + 1) * dimensions);
    drawUnit(
      into,
      normal,
      perCentre === undefined ? undefined : centre,
      perCentre === undefined ? 1 : SPREAD,
    );
    owners[row] = Math.floor(row / perEntry);
  }
  const entries = Array.from({ length: Math.ceil(templates / perEntry) }, (_, i) => ({
    id: `p${i}`,
    name: `p${i}`,
    expiresMs: FOREVER,
  }));
  return { model: "0".repeat(64), dimensions, rows, owners, entries };
}
