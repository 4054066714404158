// What truly happened in a scene, as a line of labels.jsonl.
import type { RuleKind } from "../../config/rule.ts";

/** A true happening: from what a generated driver or crowd meant to do and did, never from rule code. */
export interface Label {
  readonly rule: RuleKind;
  /** Truth identity of the road user; absent for crowds. */
  readonly id?: number;
  /** Window of media time in which the event may say that it became true. */
  readonly t_ms: readonly [number, number];
  /** When it became true; delays are counted from here. */
  readonly true_ms?: number;
  readonly plate?: string;
  readonly zone?: string;
  readonly expect?: "observation";
  /** What the generator called it, for whoever reads a miss. */
  readonly name?: string;
}
