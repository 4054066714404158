// Which events are on their way, sent and not yet acknowledged by the server, and when each is due to be sent again.

export class Flight {
  readonly #dueMs = new Map<number, number>();
  /** No event is due earlier: spares looking through all of them. */
  #nextDueMs = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#dueMs.size;
  }

  /** Earliest time at which one is due; infinite when none is on its way. */
  get nextDueMs(): number {
    return this.#nextDueMs;
  }

  sent(sequence: number, dueMs: number): void {
    this.#dueMs.set(sequence, dueMs);
    this.#nextDueMs = Math.min(this.#nextDueMs, dueMs);
  }

  /** Acknowledged or gone: no longer on its way. */
  arrived(ranges: readonly (readonly number[])[]): void {
    for (const [from = 0, to = -1] of ranges) {
      // A range may be far longer than what is on its way.
      if (to - from < this.#dueMs.size) {
        for (let sequence = from; sequence <= to; sequence++) this.#dueMs.delete(sequence);
      } else {
        for (const sequence of this.#dueMs.keys()) {
          if (sequence >= from && sequence <= to) this.#dueMs.delete(sequence);
        }
      }
    }
    if (this.#dueMs.size === 0) this.#nextDueMs = Number.POSITIVE_INFINITY;
  }

  /** At most `limit` that are due, in order. */
  due(nowMs: number, limit: number): number[] {
    if (nowMs < this.#nextDueMs) return [];
    const due: number[] = [];
    this.#nextDueMs = Number.POSITIVE_INFINITY;
    for (const [sequence, dueMs] of this.#dueMs) {
      if (dueMs <= nowMs) due.push(sequence);
      this.#nextDueMs = Math.min(this.#nextDueMs, dueMs);
    }
    return due.sort((a, b) => a - b).slice(0, limit);
  }

  /** Nobody heard them: all are due at this time. */
  postpone(dueMs: number): void {
    for (const sequence of this.#dueMs.keys()) this.#dueMs.set(sequence, dueMs);
    if (this.#dueMs.size > 0) this.#nextDueMs = dueMs;
  }

  /** The connection is gone, and what was on its way with it. */
  clear(): void {
    this.#dueMs.clear();
    this.#nextDueMs = Number.POSITIVE_INFINITY;
  }
}
