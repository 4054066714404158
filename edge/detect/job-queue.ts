// Jobs that wait for a worker: the urgent first, and among equals the camera that was served longest ago.

/**
 * What hangs on a job, the most urgent first: `evidence` where a case that stands already waits for it (its plate), which
 * a moment later is out of the picture; `case` where a violation or a person on the watch list can come of it; `count`
 * where people are merely counted, whose number is as good a moment later.
 */
export const PRIORITIES = ["evidence", "case", "count"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** For whom a job is done. */
export interface Errand {
  readonly camera: string;
  readonly priority: Priority;
}

interface Waiting<T> {
  readonly job: T;
  readonly errand: Errand;
  readonly sinceMs: number;
}

/**
 * A job that has waited so long is next, whatever it is for, so that urgent ones never starve the others. Raising it
 * lets counts wait longer on a box that can't do all; lowering it lets them delay cases.
 */
export const STARVED_MS = 2_000;

/** Bounded. When it is full, a more urgent job takes the place of the youngest of the least urgent; else it is refused. */
export class JobQueue<T> {
  readonly #limit: number;
  readonly #waiting: Waiting<T>[] = [];
  /** When each camera was served last, as a running number. */
  readonly #served = new Map<string, number>();
  #turn = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Gives the job that found no place: an older one, the new one itself, or none. */
  push(job: T, errand: Errand, nowMs: number): T | undefined {
    const waiting = { job, errand, sinceMs: nowMs };
    if (this.#waiting.length < this.#limit) {
      this.#waiting.push(waiting);
      return undefined;
    }
    const rank = rankOf(errand);
    let least = -1;
    for (let i = 0; i < this.#waiting.length; i++) {
      const other = rankAt(this.#waiting, i);
      if (other > rank && (least === -1 || other >= rankAt(this.#waiting, least))) least = i;
    }
    if (least === -1) return job;
    const [displaced] = this.#waiting.splice(least, 1);
    this.#waiting.push(waiting);
    return displaced?.job;
  }

  next(nowMs: number): T | undefined {
    const [first] = this.#waiting;
    if (first === undefined) return undefined;
    let best = 0;
    if (nowMs - first.sinceMs < STARVED_MS) {
      for (let i = 1; i < this.#waiting.length; i++) if (this.#isBefore(i, best)) best = i;
    }
    const [taken] = this.#waiting.splice(best, 1);
    if (taken !== undefined) this.#served.set(taken.errand.camera, ++this.#turn);
    return taken?.job;
  }

  /** Empties it. */
  takeAll(): T[] {
    return this.#waiting.splice(0).map(({ job }) => job);
  }

  /** Whether `i`, the younger, comes before `j` all the same. */
  #isBefore(i: number, j: number): boolean {
    const rank = rankAt(this.#waiting, i) - rankAt(this.#waiting, j);
    return rank < 0 || (rank === 0 && this.#turnAt(i) < this.#turnAt(j));
  }

  #turnAt(index: number): number {
    return this.#served.get(this.#waiting[index]?.errand.camera ?? "") ?? 0;
  }
}

function rankOf({ priority }: Errand): number {
  return PRIORITIES.indexOf(priority);
}

function rankAt(waiting: readonly Waiting<unknown>[], index: number): number {
  const at = waiting[index];
  return at === undefined ? PRIORITIES.length : rankOf(at.errand);
}
