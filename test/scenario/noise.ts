// How a real detector falls short of the truth: misses in runs, boxes that shake, boxes where nothing is.

/** A detector's errors. Standard deviations are in widths (x) and heights (y) of the true box, per edge. */
export interface NoiseModel {
  readonly level: "L0" | "L1" | "L2";
  /** Share of boxes missed, over all. */
  readonly missed: number;
  /** Chance that an object missed in one frame is missed in the next; equal to `missed` when frames are independent. */
  readonly missedAgain: number;
  readonly jitterX: number;
  readonly jitterY: number;
  /** Mean false boxes a frame. */
  readonly falseBoxes: number;
  /** Chance that a character of a plate is read wrong. */
  readonly plateErrors: number;
}

/** No error at all: what a rule cannot get right here, it gets wrong by itself. */
export const L0: NoiseModel = {
  level: "L0",
  missed: 0,
  missedAgain: 0,
  jitterX: 0,
  jitterY: 0,
  falseBoxes: 0,
  plateErrors: 0,
};

/** A good detector: 8 % missed, edges off by 5 % of the box, one false box in five frames. */
export const L1: NoiseModel = {
  level: "L1",
  missed: 0.08,
  missedAgain: 0.08,
  jitterX: 0.05,
  jitterY: 0.05,
  falseBoxes: 0.2,
  plateErrors: 0.04,
};
