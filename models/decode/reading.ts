// A text that a network read, character by character.

export interface Reading {
  readonly text: string;
  /** Probability of each character of `text`, 0 to 1. */
  readonly confidences: readonly number[];
  /** How many characters stand on the first of two lines; absent: one line, or the reader cannot say. */
  readonly firstLine?: number;
}
