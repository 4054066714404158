// A face of one frame after the gallery search: only watch-list candidates are kept, everyone else is forgotten here.
import type { Box } from "../geometry/box.ts";

/** Best and second-best gallery entry for one face picture. No embedding and no pixels leave the search. */
export interface FaceCandidate {
  readonly box: Box;
  /** Track the face belongs to, once associated. */
  readonly trackId?: number;
  readonly entry: { readonly id: string; readonly name: string };
  /** Cosine similarity, −1 to 1. */
  readonly score: number;
  /** Score minus the best of another person; the score itself when there is no other. */
  readonly margin: number;
  /** Least score of a match for the embedder that gave this one; a rule's own `threshold` overrules it. */
  readonly threshold?: number;
  /** 0 (useless) to 1 (frontal, sharp, large). */
  readonly quality: number;
}
