// One scale for the confidences of all detectors: what a tracker or a rule asks of one, it may ask of any.
import type { ModelEntry } from "./catalogue.ts";

/** Where the two measured scores of a network lie on the common scale, which is YOLOX's own. */
const DOUBTFUL = 0.55;
const USUAL = 0.8;
/** Log odds are finite between these. */
const LEAST = 1e-6;

export interface ConfidenceScale {
  /** From the network's own score to the common one; both 0 to 1, order kept. */
  toCommon(score: number): number;
  /** Back again: the network's own score that is worth this much. */
  toOwn(confidence: number): number;
}

/**
 * A line between log odds through the two scores that the catalogue gives for the network: `doubtful`, of which half
 * are true, and `usual`, the median of the true ones. A network without them keeps its scores.
 */
export function confidenceScale({ confidence }: Pick<ModelEntry, "confidence">): ConfidenceScale {
  if (confidence === undefined) return { toCommon: (score) => score, toOwn: (score) => score };
  const { doubtful, usual } = confidence;
  const slope = (logOdds(USUAL) - logOdds(DOUBTFUL)) / (logOdds(usual) - logOdds(doubtful));
  const offset = logOdds(USUAL) - slope * logOdds(usual);
  return {
    toCommon: (score) => share(offset + slope * logOdds(score)),
    toOwn: (common) => share((logOdds(common) - offset) / slope),
  };
}

function logOdds(value: number): number {
  const inside = Math.min(1 - LEAST, Math.max(LEAST, value));
  return Math.log(inside / (1 - inside));
}

function share(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}
