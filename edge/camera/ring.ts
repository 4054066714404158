// The last seconds of a camera's video as the camera encoded it, in memory only: clips are cut from it.
import type { Fragment, FragmentHead } from "./fragment.ts";

export interface RingLimits {
  readonly seconds: number;
  readonly megabytes: number;
}

/** One run of ffmpeg: its fragments share a head and a clock. */
export interface RingSession {
  readonly head: FragmentHead;
  /** Added to a stamp it gives `tMs`; undefined until the run's first frame was stamped. */
  readonly originMs: number | undefined;
}

export interface RingEntry {
  readonly session: RingSession;
  readonly fragment: Fragment;
}

interface Kept {
  readonly session: { readonly head: FragmentHead; originMs: number | undefined };
  readonly fragment: Fragment;
}

/** Full-policy: the oldest fragments go first; one that is larger than the whole ring is not kept, and counted. */
export class SegmentRing {
  readonly #limits: RingLimits;
  readonly #onEvicted: (fragment: Fragment) => void;
  #kept: Kept[] = [];
  #session: Kept["session"] | undefined;
  #bytes = 0;
  #refused = 0;
  #waiting = new Set<() => void>();

  /** @param onEvicted is given each fragment that the ring doesn't keep, or keeps no longer */
  constructor(limits: RingLimits, onEvicted: (fragment: Fragment) => void) {
    this.#limits = limits;
    this.#onEvicted = onEvicted;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Fragments larger than the whole ring, since the start. */
  get refused(): number {
    return this.#refused;
  }

  /** Valid until the next fragment comes in, which is written over the memory of one that goes. */
  get entries(): readonly RingEntry[] {
    return this.#kept;
  }

  /** A run of ffmpeg begins: what it writes comes after the head. */
  begin(head: FragmentHead, originMs: number | undefined): void {
    this.#session = { head, originMs };
  }

  /** The run's place in media time is known: fragments that came before get it too. */
  place(originMs: number): void {
    if (this.#session === undefined) return;
    this.#session.originMs = originMs;
    this.#wake();
  }

  /** The run's stamps mean nothing any more: no further fragment is taken until the next one begins. */
  end(): void {
    this.#session = undefined;
  }

  add(fragment: Fragment): void {
    const session = this.#session;
    if (session === undefined) {
      this.#onEvicted(fragment);
      return;
    }
    if (fragment.bytes.length > this.#mostBytes) {
      this.#refused++;
      this.#onEvicted(fragment);
      return;
    }
    this.#kept.push({ session, fragment });
    this.#bytes += fragment.bytes.length;
    this.#evict();
    this.#wake();
  }

  get #mostBytes(): number {
    return this.#limits.megabytes * 1e6;
  }

  /** Seconds are counted per fragment, over all runs: a gap between two of them takes no room. */
  #evict(): void {
    let keptMs = this.#kept.reduce((sum, { fragment }) => sum + fragment.toMs - fragment.fromMs, 0);
    for (let oldest = this.#kept[0]; oldest !== undefined; oldest = this.#kept[0]) {
      const oldestMs = oldest.fragment.toMs - oldest.fragment.fromMs;
      // Without its oldest fragment the ring would still be as long as was asked for.
      const tooLong = keptMs - oldestMs >= this.#limits.seconds * 1000;
      if (this.#bytes <= this.#mostBytes && !tooLong) return;
      this.#kept.shift();
      this.#bytes -= oldest.fragment.bytes.length;
      this.#onEvicted(oldest.fragment);
      keptMs -= oldestMs;
    }
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Whether everything up to media time `tMs` has come in. */
  #holds(tMs: number): boolean {
    return this.#kept.some(
      ({ session, fragment }) => session.originMs !== undefined && fragment.toMs + session.originMs >= tMs,
    );
  }

  /** Resolves when video up to `tMs` is there, or when the signal says that it was waited for long enough. */
  async reached(tMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#holds(tMs)) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          this.#waiting.delete(done);
          signal.removeEventListener("abort", done);
          resolve();
        };
        this.#waiting.add(done);
        signal.addEventListener("abort", done);
      });
    }
  }
}
