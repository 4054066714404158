// One run of ffmpeg: spawned on pipes of ours, watched on standard error, killed as a whole.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import type { FfmpegInput } from "./ffmpeg-input.ts";
import { LineSplitter, type LogFact, parseLogLine } from "./ffmpeg-log.ts";
import { openPipes } from "./pipes.ts";

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
}

/** A running ffmpeg. Its exit status never decides whether a live camera is asked again: it is 0 after most faults. */
export class FfmpegRun {
  readonly #input: FfmpegInput;
  readonly #onFact: (fact: LogFact) => void;
  readonly #onVideo: ((chunk: Buffer) => void) | undefined;
  #child: ChildProcess | undefined;
  #reads: number[] = [];
  #lastLine = "";
  #exited: Promise<RunExit> | undefined;

  /** @param onVideo takes what ffmpeg writes on standard output, where it was asked to. */
  constructor(input: FfmpegInput, onFact: (fact: LogFact) => void, onVideo?: (chunk: Buffer) => void) {
    this.#input = input;
    this.#onFact = onFact;
    this.#onVideo = onVideo;
  }

  /** Spawns ffmpeg with `outputs` pipes on descriptors 3, 4, … and returns the ends to be read. */
  async start(outputs: number): Promise<readonly number[]> {
    const pipes = await openPipes(outputs);
    this.#reads = pipes.map((pipe) => pipe.read);
    const writes = pipes.map((pipe) => pipe.write);
    // A process group of its own: a wrapper script around ffmpeg is killed with what it started.
    const child = spawn("ffmpeg", this.#input.args, {
      stdio: [
        this.#input.stdin === undefined ? "ignore" : "pipe",
        this.#onVideo === undefined ? "ignore" : "pipe",
        "pipe",
        ...writes,
      ],
      detached: true,
    });
    for (const fd of writes) closeSync(fd);
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      child.once("error", (fault: NodeJS.ErrnoException) => {
        if (child.pid === undefined) resolve({ code: null, signal: null, fault });
      });
      child.once("close", (code, signal) => resolve({ code, signal, lastLine: this.#lastLine }));
    });
    this.#readLog(child);
    if (this.#onVideo !== undefined) child.stdout?.on("data", this.#onVideo);
    // ffmpeg may end before it has read its list; the exit says so, the broken pipe adds nothing.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(this.#input.stdin);
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

  /** Its pipes have ended, so it is about to: resolves when it is gone and its log is read; killed if that takes long. */
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
