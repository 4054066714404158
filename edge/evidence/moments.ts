// Which moments of a case are shown: the rule's own, and how much film around them.
import type { Span } from "../camera/clip.ts";

/** Media times, ms. */
export interface Moments {
  readonly before: number;
  readonly at: number;
  readonly after: number;
  /** What the film shows. */
  readonly span: Span;
}

/** What a rule calls the beginning of a breach, the nearest to it first. */
const BEGINNINGS = [
  "crossed_ms",
  "left_ms",
  "standing_since_ms",
  "since_ms",
  "entered_ms",
  "from_ms",
  "begin_ms",
];
/** A beginning this close shows the same picture, ms. */
const LEAST_APART_MS = 400;
/** A breach that began earlier is shown from here on: the ring is finite, ms. */
const MOST_BEFORE_MS = 15_000;
const BEFORE_MS = 1_500;
const AFTER_MS = 1_500;
/** Film before the first moment and after the rule's own, ms. */
const MARGIN_MS = 5_000;

export function momentsOf(data: Readonly<Record<string, unknown>>): Moments {
  const at = Number(data["t_ms"]);
  const because = (data["because"] ?? {}) as Readonly<Record<string, unknown>>;
  const began = BEGINNINGS.map((key) => because[key]).find(
    (value): value is number => typeof value === "number" && value <= at - LEAST_APART_MS,
  );
  const before = Math.max(0, began ?? at - BEFORE_MS, at - MOST_BEFORE_MS);
  return {
    before,
    at,
    after: at + AFTER_MS,
    span: { fromMs: Math.max(0, before - MARGIN_MS), toMs: at + MARGIN_MS },
  };
}
