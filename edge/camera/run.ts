// One run of ffmpeg: spawned on pipes of ours, watched on standard error, killed as a whole.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import type { FfmpegInput } from "./ffmpeg-input.ts";
import { LineSplitter, type LogFact, parseLogLine } from "./ffmpeg-log.ts";
import { readPipe } from "./pipe-socket.ts";
import { openPipes, type Pipe } from "./pipes.ts";

/** From the end of ffmpeg's outputs, a moment for its exit status, ms. */
const EXIT_GRACE_MS = 2000;

/** How the child ended; `fault` when it never started. */
export interface RunExit {
  readonly code: number | null;
  /** The signal that ended it: ours when killed, its own fault otherwise. */
  readonly signal: NodeJS.Signals | null;
  readonly fault?: NodeJS.ErrnoException;
  /** The last thing written on standard error, whatever it was; may hold a password. */
  readonly lastLine?: string;
  /** It was killed since the stream is none that a gate can keep back, see gated-run.ts. */
  readonly ungateable?: boolean;
}

/** What a camera needs of the process, or the processes, behind it. */
export interface CameraRun {
  /** Spawns with `outputs` pipes on descriptors 3, 4, … and returns the ends to be read. */
  start(outputs: number): Promise<readonly number[]>;
  /** See {@link FfmpegRun.exited}. */
  exited(atOnce: boolean): Promise<RunExit>;
  kill(): void;
  close(): void;
  /** See {@link FrameSource.rest}. */
  rest?(resting: boolean): void;
}

/** A running ffmpeg. Its exit status never decides whether a live camera is asked again: it is 0 after most faults. */
export class FfmpegRun implements CameraRun {
  readonly #input: FfmpegInput;
  readonly #onFact: (fact: LogFact) => void;
  readonly #onVideo: ((chunk: Buffer) => void) | undefined;
  #child: ChildProcess | undefined;
  #reads: number[] = [];
  #lastLine = "";
  #exited: Promise<RunExit> | undefined;

  /**
   * @param input with `feed`, its standard input is {@link FfmpegRun.feed}
   * @param onVideo takes what ffmpeg writes on standard output, where it was asked to
   */
  constructor(input: FfmpegInput, onFact: (fact: LogFact) => void, onVideo?: (chunk: Buffer) => void) {
    this.#input = input;
    this.#onFact = onFact;
    this.#onVideo = onVideo;
  }

  async start(outputs: number): Promise<readonly number[]> {
    return this.#spawn(await openPipes(outputs), await this.#openVideo());
  }

  /** The same with one output, descriptor 3, that the event loop reads. */
  async startForPackets(): Promise<Readable> {
    this.#spawn("packets", await this.#openVideo());
    const packets = this.#child?.stdio[3];
    if (packets === null || packets === undefined) throw new Error("spawned without a pipe");
    return packets as Readable;
  }

  /** Standard input, where it was kept open. */
  get feed(): Writable | undefined {
    return this.#child?.stdin ?? undefined;
  }

  async #openVideo(): Promise<Pipe | undefined> {
    return this.#onVideo === undefined ? undefined : (await openPipes(1))[0];
  }

  #spawn(pipes: readonly Pipe[] | "packets", video: Pipe | undefined): readonly number[] {
    const fifos = pipes === "packets" ? [] : pipes;
    this.#reads = fifos.map((pipe) => pipe.read);
    const writes = fifos.map((pipe) => pipe.write);
    // A process group of its own: a wrapper script around ffmpeg is killed with what it started.
    const child = spawn("ffmpeg", this.#input.args, {
      stdio: [
        this.#input.stdin === undefined && this.#input.feed !== true ? "ignore" : "pipe",
        video?.write ?? "ignore",
        "pipe",
        ...(pipes === "packets" ? ["pipe" as const] : writes),
      ],
      detached: true,
    });
    for (const fd of writes) closeSync(fd);
    if (video !== undefined) closeSync(video.write);
    this.#child = child;
    const exited = new Promise<RunExit>((resolve) => {
      child.once("error", (fault: NodeJS.ErrnoException) => {
        if (child.pid === undefined) resolve({ code: null, signal: null, fault });
      });
      child.once("close", (code, signal) => resolve({ code, signal, lastLine: this.#lastLine }));
    });
    const read = video === undefined ? undefined : readPipe(video.read, this.#onVideo ?? (() => undefined));
    this.#exited = Promise.all([exited, read]).then(([exit]) => exit);
    this.#readLog(child);
    // ffmpeg may end before it has read its list; the exit says so, the broken pipe adds nothing.
    child.stdin?.on("error", () => undefined);
    if (this.#input.feed !== true) child.stdin?.end(this.#input.stdin);
    return this.#reads;
  }

  #readLog(child: ChildProcess): void {
    const lines = new LineSplitter();
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      for (const line of lines.push(chunk)) {
        this.#lastLine = line;
        const fact = parseLogLine(line);
        if (fact !== undefined) this.#onFact(fact);
      }
    });
  }

  /** Its pipes have ended, so it is about to: resolves when it is gone, its log and its video read; killed if that takes long. */
  async exited(atOnce: boolean): Promise<RunExit> {
    const timer = setTimeout(() => this.kill(), atOnce ? 0 : EXIT_GRACE_MS);
    try {
      return (await this.#exited) ?? { code: null, signal: null };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends ffmpeg and whatever it started at once: it holds nothing worth saving. */
  kill(): void {
    const pid = this.#child?.pid;
    if (pid === undefined || this.#child?.exitCode !== null || this.#child.signalCode !== null) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  /** Closes the read ends; only after the reader has met their end. */
  close(): void {
    for (const fd of this.#reads) closeSync(fd);
    this.#reads = [];
  }
}
