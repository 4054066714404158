// A camera: one ffmpeg and one reader thread, supervised for as long as anybody wants its frames.
import type { Logger } from "pino";
import { Backoff, HEALTHY_MS } from "./backoff.ts";
import type { Clip, Span } from "./clip.ts";
import type { CameraOptions } from "./camera-options.ts";
import { CameraError, type Cause, causeOfEnd } from "./cause.ts";
import type { LogFact } from "./ffmpeg-log.ts";
import { FrameClock } from "./frame-clock.ts";
import type { CameraState, Frame, FrameSource } from "./frame.ts";
import { newRun } from "./new-run.ts";
import { followsAtOnce, type Outcome } from "./outcome.ts";
import { pause } from "./pause.ts";
import { PictureMemory, type Size } from "./picture-memory.ts";
import { ProblemLog } from "./problem-log.ts";
import { Reader } from "./reader.ts";
import { Recording } from "./recording.ts";
import type { CameraRun } from "./run.ts";
import { Shortcomings } from "./shortcomings.ts";
import { SlotFrame } from "./slot-frame.ts";
import { parseSource, redact, type Source } from "./source.ts";
import { STALLED, Watchdog, watchdogLimits } from "./watchdog.ts";

/** A file must not be started more often than this, however short it is, ms. */
const SHORTEST_LOOP_MS = 1000;
/** Error lines kept for the cause of an end. */
const RECENT_LINES = 20;

/** Opens a camera or a file and starts to read it; see {@link FrameSource}. `stop()` it in any case. */
export function openCamera(options: CameraOptions): FrameSource {
  const camera = new Camera(options);
  camera.start();
  return camera;
}

class Camera implements FrameSource {
  readonly #options: CameraOptions;
  readonly #source: Source;
  readonly #log: Logger;
  readonly #problems: ProblemLog;
  readonly #reader: Reader;
  readonly #clock: FrameClock;
  /** Undefined where neither clips nor the camera's clock are to be had. */
  readonly #recording: Recording | undefined;
  readonly #shortcomings: Shortcomings;
  readonly #pictures = new PictureMemory();
  readonly #backoff = new Backoff();
  readonly #stopping = new AbortController();
  #gated: boolean;

  #state: CameraState = { state: "starting" };
  #failure: Error | undefined;
  #supervision: Promise<void> | undefined;
  /** Resolves what `frames()` waits for. */
  #wake: (() => void) | undefined;

  #run: CameraRun | undefined;
  #runNumber = 0;
  /** The run whose first frame the reader has announced, and before it, in order, the memory it lies in. */
  #announced = 0;
  #readerEnd: ((end: { frames: number; fault: string | undefined }) => void) | undefined;
  /** Why we killed the run under way, if we did. */
  #killed: Cause | undefined;
  #recent: string[] = [];
  /** Media time of the frame taken last, ms. */
  #tMs = 0;

  constructor(options: CameraOptions) {
    this.#options = options;
    this.#gated = options.gated === true && options.pace !== "lock-step";
    this.#source = parseSource(options.source, options.password);
    this.#log = options.log.child({ camera: options.name });
    this.#problems = new ProblemLog(this.#log);
    this.#shortcomings = new Shortcomings(options.decoding, this.#source.kind === "file");
    this.#clock = new FrameClock(options.pace, options.startMs, options.now ?? Date.now);
    if (options.request.ring !== undefined || (options.pace === "live" && this.#source.kind === "rtsp")) {
      this.#recording = new Recording({
        limits: options.request.ring,
        onReference: ({ ntpMs, ptsMs }) => this.#clock.refer(ntpMs, ptsMs),
        onDamage: (what) => this.#problems.add(`${this.#source.shown}: no clip of this run: ${what}`),
      });
    }
    const small = options.request.small.map(({ width, height }) => ({ width, height }));
    this.#reader = new Reader(
      { small, full: options.request.full, lockStep: options.pace === "lock-step" },
      {
        onSlots: (layout, buffers) => this.#pictures.takeSlots(layout, buffers),
        onFrame: (run) => {
          this.#announced = run;
          this.#offer();
        },
        onEnd: (run, frames, fault) => {
          if (run === this.#runNumber) this.#readerEnd?.({ frames, fault });
        },
        onDeath: (error) => this.#fail(error),
      },
      options.request.held,
    );
  }

  get state(): CameraState {
    return this.#state;
  }

  get dropped(): number {
    return this.#reader.ring.dropped;
  }

  get picture(): Size | undefined {
    return this.#pictures.size;
  }

  async clip(span: Span, signal: AbortSignal): Promise<Clip> {
    if (this.#recording === undefined) throw new Error("the camera was opened without a ring");
    return this.#recording.clip(span, AbortSignal.any([signal, this.#stopping.signal]), this.#tMs);
  }

  rest(resting: boolean): void {
    this.#run?.rest?.(resting);
  }

  start(): void {
    this.#reader.start();
    this.#supervision = this.#supervise().catch((error: unknown) => {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#reader.ring.stop();
    this.#run?.kill();
    this.#wake?.();
    await this.#supervision;
    await this.#reader.stop();
    this.#problems.stop();
    if (this.#state.state !== "failed" && this.#state.state !== "ended") this.#enter({ state: "ended" });
  }

  async *frames(signal: AbortSignal): AsyncGenerator<Frame, void, undefined> {
    const wake = (): void => this.#wake?.();
    signal.addEventListener("abort", wake);
    try {
      while (!signal.aborted && !this.#stopping.signal.aborted) {
        const frame = this.#take();
        if (frame !== undefined) {
          yield frame;
        } else if (this.#failure !== undefined) {
          throw this.#failure;
        } else if (this.#state.state === "ended") {
          return;
        } else {
          await new Promise<void>((resolve) => (this.#wake = resolve));
          this.#wake = undefined;
        }
      }
    } finally {
      signal.removeEventListener("abort", wake);
    }
  }

  #take(): Frame | undefined {
    if (!this.#offered()) return undefined;
    const { ring } = this.#reader;
    const slot = ring.take();
    if (slot === undefined) return undefined;
    const time = this.#clock.stamp(ring.times(slot));
    this.#tMs = time.tMs;
    this.#followClock();
    return new SlotFrame(time, this.#pictures.at(slot), () => ring.free(slot));
  }

  #followClock(): void {
    const { originMs, jumped } = this.#clock;
    const fault = this.#clock.takeFault();
    if (originMs !== undefined) this.#recording?.place(originMs);
    if (fault !== undefined) this.#problems.add(`${this.#source.shown}: ${fault}`);
    if (jumped && this.#options.pace === "live" && this.#killed === undefined) {
      this.#recording?.end();
      this.#kill("time-jumped", "the camera's time stamps jumped: they are taken anew");
    }
  }

  /** A method, since what it tells changes across awaits. */
  #over(): boolean {
    return this.#stopping.signal.aborted || this.#failure !== undefined;
  }

  async #supervise(): Promise<void> {
    const { signal } = this.#stopping;
    while (!this.#over()) {
      this.#killed = undefined;
      const outcome = await this.#play();
      if (this.#over()) return;
      if (this.#options.pace !== "live" && outcome.frames > 0 && outcome.exit.code === 0) {
        if (this.#options.pace === "lock-step" || this.#options.loop !== true) {
          this.#notice(this.#shortcomings.missingEnd.cause);
          this.#enter({ state: "ended", ...this.#shortcomings.missingEnd });
          return;
        }
        await pause(Math.max(0, SHORTEST_LOOP_MS - outcome.ranMs), signal);
      } else if (this.#shortcomings.decoding.asksNoMore && outcome.frames === 0) {
        continue;
      } else if (outcome.cause.code === "no-copy") {
        this.#recording?.stopCopying();
      } else if (outcome.cause.code === "no-gate") {
        this.#gated = false;
      } else if (this.#options.pace === "lock-step") {
        this.#fail(new CameraError(outcome.cause));
        return;
      } else {
        await this.#waitToReconnect(outcome, signal);
      }
    }
  }

  async #waitToReconnect(outcome: Outcome, signal: AbortSignal): Promise<void> {
    if (outcome.ranMs >= HEALTHY_MS) this.#backoff.reset();
    const delayMs = followsAtOnce(outcome) ? 0 : this.#backoff.next();
    const attempt = this.#backoff.attempt;
    this.#problems.add(outcome.cause.text, { code: outcome.cause.code, attempt, delayMs });
    this.#enter({ state: "reconnecting", cause: outcome.cause.text, attempt, delayMs });
    await pause(delayMs, signal);
  }

  /** One run of ffmpeg from start to end. */
  async #play(): Promise<Outcome> {
    this.#runNumber++;
    this.#recent = [];
    this.#pictures.forget();
    this.#reader.ring.dropLatest();
    this.#clock.break();
    const startedMs = performance.now();
    const run = newRun(this.#options, {
      source: this.#source,
      gated: this.#gated,
      decoding: this.#shortcomings.decoding.begin(),
      video: this.#recording?.how,
      onFact: (fact) => this.#hear(fact),
      onVideo: this.#recording?.how === undefined ? undefined : this.#recording.begin(),
    });
    const fds = await run.start(this.#options.request.small.length + Number(this.#options.request.full));
    this.#run = run;
    if (this.#stopping.signal.aborted) run.kill();
    const ended = new Promise<{ frames: number; fault: string | undefined }>((resolve) => {
      this.#readerEnd = resolve;
    });
    this.#reader.read({ run: this.#runNumber, fds });
    const watchdog = this.#watch();
    watchdog.start();
    try {
      const read = await ended;
      const exit = await run.exited(read.fault !== undefined);
      return {
        exit,
        frames: read.frames,
        ranMs: performance.now() - startedMs,
        cause:
          this.#killed ?? causeOfEnd(this.#source, { exit, errors: this.#recent, readerFault: read.fault }),
      };
    } finally {
      watchdog.stop();
      run.close();
      this.#run = undefined;
    }
  }

  #watch(): Watchdog {
    const { pace, request, watchdog } = this.#options;
    const { ring } = this.#reader;
    const readBefore = ring.read;
    const recording = this.#recording?.how === undefined ? undefined : this.#recording;
    const watched = {
      // Once one has come, the next key frame may be far away: the undecoded video tells sooner that nothing comes.
      frames: () =>
        ring.read + (request.keyFramesOnly === true && ring.read > readBefore ? (recording?.chunks ?? 0) : 0),
      heard: () => recording?.heard ?? true,
      paused: () => pace === "lock-step" && (ring.waiting || this.#wake === undefined),
    };
    return new Watchdog({ ...watchdogLimits(pace, request.fps), ...watchdog }, watched, (stall, afterMs) => {
      const code = stall === "between" ? "frozen" : "no-picture";
      this.#kill(code, `${STALLED[stall]} came for ${afterMs / 1000} s`);
    });
  }

  #kill(code: Cause["code"], what: string): void {
    this.#killed ??= { code, text: `${this.#source.shown}: ${what}` };
    this.#run?.kill();
  }

  #hear(fact: LogFact): void {
    if (fact.kind === "stream") {
      this.#pictures.takeStream(fact.codec, fact.matrix);
    } else if (fact.kind === "picture") {
      this.#hearPicture(fact.width, fact.height);
    } else {
      const text = redact(fact.text, this.#source);
      if (fact.level === "error") this.#recent = [...this.#recent.slice(1 - RECENT_LINES), text];
      if (fact.level === "error") this.#notice(this.#shortcomings.hear(text));
      // Before the first picture the lines explain why there is none: the run's end tells it in one line.
      if (this.#pictures.size !== undefined) this.#problems.add(text);
    }
  }

  #notice(shortcoming: string | undefined): void {
    if (shortcoming === undefined) return;
    this.#problems.add(`${this.#source.shown}: ${shortcoming}`);
    if (this.#state.state === "running") this.#enterRunning(this.#state);
  }

  /** A size other than the run's first means that ffmpeg has begun to rescale in silence. */
  #hearPicture(width: number, height: number): void {
    const before = this.#pictures.takeSize({ width, height });
    if (before !== undefined) {
      const sizes = `from ${before.width}×${before.height} to ${width}×${height}`;
      this.#kill("size-changed", `the picture changed ${sizes}: the scene must be verified again`);
    }
    this.#offer();
  }

  /** Whether a frame of this run may be taken: not before its size is known and its memory has come over. */
  #offered(): boolean {
    const known = this.#pictures.size !== undefined && this.#killed?.code !== "size-changed";
    return known && this.#announced === this.#runNumber;
  }

  #offer(): void {
    const { size } = this.#pictures;
    if (size === undefined || !this.#offered() || !this.#reader.ring.waiting) return;
    if (this.#state.state !== "running") this.#enterRunning(size);
    this.#wake?.();
  }

  #enterRunning({ width, height }: Size): void {
    const running = { state: "running", width, height, codec: this.#pictures.codec } as const;
    this.#enter({ ...running, ...this.#shortcomings.degraded });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#run?.kill();
    this.#log.error({ err: this.#failure }, "camera failed");
    this.#enter({ state: "failed", cause: error.message });
  }

  #enter(state: CameraState): void {
    this.#state = state;
    this.#options.onState?.(state);
    this.#wake?.();
  }
}
