// A camera's undecoded video: read from ffmpeg's standard output, kept in the ring, its clock passed on.
import { type Clip, cutClip, type Span } from "./clip.ts";
import type { Fragment, FragmentHead } from "./fragment.ts";
import { FragmentMemory } from "./fragment-memory.ts";
import { FragmentReader } from "./fragment-reader.ts";
import { Mp4Damage } from "./mp4-box.ts";
import { type RingLimits, SegmentRing } from "./ring.ts";

/** The end of a clip comes in a fragment later; a camera that is away is not waited for longer than this, ms. */
const LATEST_FRAGMENT_MS = 10_000;

export interface RecordingOptions {
  /** Undefined: nothing is kept, only the clock is read. */
  readonly limits: RingLimits | undefined;
  /** The camera's clock at a stamp. */
  readonly onReference: (reference: NonNullable<Fragment["reference"]>) => void;
  /** ffmpeg wrote what is no MP4: nothing more is kept of this run. */
  readonly onDamage: (what: string) => void;
}

export class Recording {
  readonly #options: RecordingOptions;
  readonly #ring: SegmentRing | undefined;
  readonly #memory = new FragmentMemory();
  #how: "copy" | "encode" | undefined = "copy";
  #originMs: number | undefined;
  #chunks = 0;

  constructor(options: RecordingOptions) {
    this.#options = options;
    const { limits } = options;
    if (limits !== undefined) this.#ring = new SegmentRing(limits, ({ bytes }) => this.#memory.give(bytes));
  }

  /** What ffmpeg is asked for. */
  get how(): "copy" | "encode" | undefined {
    return this.#how;
  }

  /** Whether this run has written any video. */
  get heard(): boolean {
    return this.#chunks > 0;
  }

  /** Writes of this run: they grow while video comes in. */
  get chunks(): number {
    return this.#chunks;
  }

  /** MP4 can't hold the camera's codec: encoded anew for clips; for the clock alone it is not worth it. */
  stopCopying(): void {
    this.#how = this.#ring === undefined ? undefined : "encode";
  }

  /** A run of ffmpeg begins. Gives what takes its output, of which nothing is kept where it lies. */
  begin(): (chunk: Buffer) => void {
    this.#originMs = undefined;
    this.#chunks = 0;
    this.#ring?.end();
    const events = {
      onHead: (head: FragmentHead) => this.#ring?.begin(head, this.#originMs),
      onFragment: (fragment: Fragment) => {
        if (fragment.reference !== undefined) this.#options.onReference(fragment.reference);
        if (this.#ring === undefined) this.#memory.give(fragment.bytes);
        else this.#ring.add(fragment);
      },
    };
    const reader = new FragmentReader(events, (length) => this.#memory.take(length));
    let damaged = false;
    return (chunk) => {
      this.#chunks++;
      if (damaged) return;
      try {
        reader.push(chunk);
      } catch (error) {
        if (!(error instanceof Mp4Damage)) throw error;
        damaged = true;
        this.end();
        this.#options.onDamage(error.message);
      }
    };
  }

  /** What added to a stamp of this run gives `tMs`. */
  place(originMs: number): void {
    if (this.#originMs === originMs) return;
    this.#originMs = originMs;
    this.#ring?.place(originMs);
  }

  /** The run's stamps jumped: what still comes of it has no place in time. */
  end(): void {
    this.#ring?.end();
  }

  /** @throws {Error} when no ring was asked for. */
  async clip(span: Span, signal: AbortSignal, nowTMs: number): Promise<Clip> {
    if (this.#ring === undefined) throw new Error("the camera was opened without a ring");
    const waitMs = Math.ceil(Math.max(0, span.toMs - nowTMs)) + LATEST_FRAGMENT_MS;
    // Not AbortSignal.timeout(): Node 20 lets one inside AbortSignal.any() be collected, and then it never comes.
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), waitMs);
    try {
      await this.#ring.reached(span.toMs, AbortSignal.any([signal, late.signal]));
    } finally {
      clearTimeout(timer);
    }
    return cutClip(this.#ring.entries, span);
  }
}
