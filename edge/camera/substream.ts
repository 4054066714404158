// A camera with two streams: the small one is analysed, the large one gives full-size pictures and clips.
import { openCamera } from "./camera.ts";
import type { CameraOptions } from "./camera-options.ts";
import type { Clip, Span } from "./clip.ts";
import type { CameraState, Frame, FrameRequest, FrameSource, FrameTime } from "./frame.ts";
import { PairedFrame } from "./paired-frame.ts";
import { ProblemLog } from "./problem-log.ts";
import { RecentFrames } from "./recent-frames.ts";
import { StreamClock } from "./stream-clock.ts";

export interface SubstreamOptions extends CameraOptions {
  /** The stream that is analysed; the password is that of `source`. Absent: `source` is used for everything. */
  readonly substream?: string | undefined;
}

/**
 * Pictures further apart are not of the same instant, ms: a car at 50 km/h has gone 0.8 m. Raising it reads more of
 * what stands and misplaces more of what moves; below half the interval of the full pictures it finds none.
 */
export const SAME_INSTANT_MS = 60;
/** Most full-size pictures a second: the nearest is 40 ms away at worst at 25 a second. Each one is copied once. */
const FULL_FPS = 15;
/** Full-size pictures held: so many of them bridge half a second by which the substream may come later. */
const FULL_HELD = 7;
/** A full-size picture that comes later than the substream's by more is not waited for, ms: analysis goes on. */
const FULL_WAIT_MS = 400;
/** Without any pair for so long the two streams have no common time, ms. */
const UNPAIRED_MS = 10_000;
/** Shapes that differ by more show different views: boxes of one mean nothing in the other. */
const SHAPE_TOLERANCE = 0.02;
/** A picture of the main stream where nobody asks for one: it only tells that it decodes, and when. */
const TOKEN = { width: 16, height: 16, fit: "stretch", pad: 0 } as const;

/** Opens what is needed of a camera's streams; see {@link FrameSource}. `stop()` it in any case. */
export function openStreams({ substream, ...options }: SubstreamOptions): FrameSource {
  if (substream === undefined || options.pace === "lock-step") return openCamera(options);
  const { full, ring } = options.request;
  if (!full && ring === undefined) return openCamera({ ...options, source: substream });
  return new TwoStreams(options, substream);
}

function mainRequest({ full, ring }: FrameRequest): FrameRequest {
  const kept = ring === undefined ? {} : { ring };
  // One frame more for the analysis, which may hold it while the newer ones come in.
  if (full) return { small: [], full, fps: FULL_FPS, held: FULL_HELD + 2, ...kept };
  return { small: [TOKEN], full, fps: 0, keyFramesOnly: true, ...kept };
}

class TwoStreams implements FrameSource {
  readonly clip?: NonNullable<FrameSource["clip"]>;
  readonly #options: CameraOptions;
  readonly #problems: ProblemLog;
  readonly #sub: FrameSource;
  readonly #main: FrameSource;
  readonly #subClock = new StreamClock();
  readonly #mainClock = new StreamClock();
  readonly #recent = new RecentFrames(FULL_HELD);
  readonly #stopping = new AbortController();
  readonly #following: Promise<void>;
  #subState: CameraState = { state: "starting" };
  #mainState: CameraState = { state: "starting" };
  #state: CameraState = { state: "starting" };
  #mainFailure: Error | undefined;
  #unpaired = 0;
  /** Media time of the last frame that had its full-size picture, or that is not blamed for having none. */
  #pairedTMs = 0;
  #mispaired: string | undefined;
  #awaitedTMs = 0;
  #resting = false;

  constructor(options: CameraOptions, substream: string) {
    this.#options = options;
    this.#problems = new ProblemLog(options.log.child({ camera: options.name }));
    const { small, fps } = options.request;
    this.#sub = openCamera({
      ...options,
      source: substream,
      request: { small, full: false, fps },
      onState: (state) => {
        this.#subState = state;
        this.#tell();
      },
    });
    this.#main = openCamera({
      ...options,
      request: mainRequest(options.request),
      ...(options.request.full ? {} : { gated: false }),
      onState: (state) => {
        this.#mainState = state;
        this.#tell();
      },
    });
    if (options.request.ring !== undefined) this.clip = (span, signal) => this.#cut(span, signal);
    this.#following = this.#follow();
  }

  get state(): CameraState {
    return this.#state;
  }

  get dropped(): number {
    return this.#sub.dropped;
  }

  get unpaired(): number {
    return this.#unpaired;
  }

  get picture(): FrameSource["picture"] {
    return this.#sub.picture;
  }

  rest(resting: boolean): void {
    this.#resting = resting;
    this.#sub.rest?.(resting);
    this.#main.rest?.(resting);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#sub.stop(), this.#main.stop()]);
    await this.#following;
    this.#recent.clear();
    this.#problems.stop();
  }

  async *frames(signal: AbortSignal): AsyncGenerator<Frame, void, undefined> {
    for await (const frame of this.#sub.frames(signal)) {
      if (this.#mainFailure !== undefined) {
        frame.release();
        throw this.#mainFailure;
      }
      this.#subClock.see(frame.time);
      yield this.#options.request.full ? await this.#paired(frame, signal) : frame;
    }
  }

  /** Takes the main stream's frames as they come. Its failure is the camera's: it is told with the next frame. */
  async #follow(): Promise<void> {
    const { full } = this.#options.request;
    try {
      for await (const frame of this.#main.frames(this.#stopping.signal)) {
        this.#mainClock.see(frame.time);
        if (full) this.#recent.add(frame);
        else frame.release();
      }
    } catch (error) {
      this.#mainFailure = error instanceof Error ? error : new Error(String(error));
    }
  }

  async #paired(frame: Frame, signal: AbortSignal): Promise<Frame> {
    if (this.#resting) {
      // Key frames of two streams are of different instants; somebody who comes is read once the camera is awake.
      this.#pairedTMs = frame.time.tMs;
      return frame;
    }
    if (this.#mainState.state !== "running") this.#lose(frame.time.tMs);
    // Just after a connect nobody knows when a picture was taken.
    else if (frame.time.uncertaintyMs !== undefined) {
      await this.#await(frame.time, signal);
      const nearest = this.#recent.nearest(frame.time);
      const same = nearest !== undefined && nearest.apartMs <= SAME_INSTANT_MS && this.#sameShape();
      this.#judge(frame, same, nearest?.apartMs);
      if (same) {
        nearest.frame.retain();
        return new PairedFrame(frame, nearest.frame);
      }
    }
    this.#unpaired++;
    return frame;
  }

  /** The main stream has gone: what it brought must not be taken for the present. */
  #lose(tMs: number): void {
    this.#recent.clear();
    this.#pairedTMs = tMs;
    this.#mispaired = undefined;
  }

  /** Waits for the full-size picture of an instant; where that was always in vain, only now and then. */
  async #await(time: FrameTime, signal: AbortSignal): Promise<void> {
    if (this.#mispaired !== undefined && time.tMs - this.#awaitedTMs < UNPAIRED_MS) return;
    this.#awaitedTMs = time.tMs;
    await this.#recent.reached(time, FULL_WAIT_MS, signal);
  }

  #sameShape(): boolean {
    const [sub, main] = [this.#sub.picture, this.#main.picture];
    if (sub === undefined || main === undefined) return false;
    return Math.abs((sub.width * main.height) / (sub.height * main.width) - 1) <= SHAPE_TOLERANCE;
  }

  /** A running main stream whose pictures never fit is a fault of its own. */
  #judge({ time }: Frame, same: boolean, apart: number | undefined): void {
    if (same) this.#pairedTMs = time.tMs;
    if (!same && time.tMs - this.#pairedTMs < UNPAIRED_MS) return;
    const nearest = apart === undefined ? "it has none" : `the nearest is ${Math.round(apart)} ms away`;
    const why = this.#sameShape() ? nearest : "its pictures have another shape than the substream's";
    const mispaired = same
      ? undefined
      : `the main stream gives no full-size picture of the same instant: ${why}`;
    if ((mispaired === undefined) === (this.#mispaired === undefined)) return;
    this.#mispaired = mispaired;
    if (mispaired !== undefined) this.#problems.add(mispaired);
    this.#tell();
  }

  async #cut(span: Span, signal: AbortSignal): Promise<Clip> {
    const toMain = (tMs: number): number | undefined => this.#subClock.on(this.#mainClock, tMs);
    const [fromMs, toMs] = [toMain(span.fromMs), toMain(span.toMs)];
    if (fromMs === undefined || toMs === undefined || this.#main.clip === undefined)
      return { parts: [], missing: [span] };
    const { parts, missing } = await this.#main.clip({ fromMs, toMs }, signal);
    const toSub = (tMs: number): number => this.#mainClock.on(this.#subClock, tMs) ?? tMs;
    const back = (there: Span): Span => ({ fromMs: toSub(there.fromMs), toMs: toSub(there.toMs) });
    return {
      parts: parts.map((part) => ({
        ...part,
        ...back(part),
        zeroMs: part.zeroMs + toSub(part.fromMs) - part.fromMs,
      })),
      missing: missing.map(back),
    };
  }

  /** The substream decides: without it nothing is analysed. What the main stream lacks is told beside it. */
  #tell(): void {
    const state = this.#both();
    if (same(state, this.#state)) return;
    this.#state = state;
    this.#options.onState?.(state);
  }

  #both(): CameraState {
    const [sub, main] = [this.#subState, this.#mainState];
    if (sub.state !== "running") return sub;
    const { full, ring } = this.#options.request;
    const without = [...(full ? ["full-size pictures"] : []), ...(ring === undefined ? [] : ["clips"])];
    const lost =
      "cause" in main
        ? `main stream: ${main.cause}; without it there are no ${without.join(" and no ")}`
        : undefined;
    const degraded = [
      sub.degraded,
      lost,
      main.state === "running" ? (main.degraded ?? this.#mispaired) : undefined,
    ]
      .filter((fault) => fault !== undefined)
      .join("; ");
    const { state, width, height, codec } = sub;
    return { state, width, height, codec, ...(degraded === "" ? {} : { degraded }) };
  }
}

function same(a: CameraState, b: CameraState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
