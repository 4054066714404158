// What a box can do for a server that misses some of its events: send again what it holds, name what is gone.
import type { SequenceRanges } from "../../contract/messages.ts";

/** The part of an outbox that is asked. */
export interface Held {
  readonly epoch: string;
  readonly lastSequence: number;
  /** Sequences held between two, inclusive, ascending, at most `limit`. */
  heldBetween(from: number, to: number, limit: number): number[];
}

export interface ResendAnswer {
  /** To be sent again, ascending. */
  readonly held: readonly number[];
  /** Inclusive ranges that this box will never send. */
  readonly gone: [number, number][];
}

/** Sent again for one question; the rest is asked for again. */
const MOST_HELD = 1_000;

/** Of an outbox that is no longer here, everything is gone. A sequence that was not given yet is neither. */
export function answerResend(outbox: Held, { epoch, ranges }: SequenceRanges): ResendAnswer {
  const asked = ranges.map(([from = 1, to = 0]): [number, number] => [from, to]);
  if (epoch !== outbox.epoch) return { held: [], gone: asked.filter(([from, to]) => from <= to) };
  const held: number[] = [];
  const gone: [number, number][] = [];
  const last = outbox.lastSequence;
  for (const [from, to] of asked) {
    const room = MOST_HELD - held.length;
    if (room <= 0) break;
    const found = outbox.heldBetween(from, Math.min(to, last), room);
    // Where the answer was cut off, nothing is known of what follows.
    const end = found.length === room ? (found.at(-1) ?? 0) : Math.min(to, last);
    let next = from;
    for (const sequence of found) {
      if (sequence > next) gone.push([next, sequence - 1]);
      next = sequence + 1;
    }
    if (next <= end) gone.push([next, end]);
    held.push(...found);
  }
  return { held, gone };
}
