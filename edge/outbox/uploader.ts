// Brings evidence files to the server after their events, one at a time, and keeps each until the server has it.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { EvidenceStore, HeldFile } from "../evidence/evidence-store.ts";
import { Bell } from "./bell.ts";
import { type EvidenceAddress, uploadOnce } from "./upload.ts";

export interface UploaderOptions {
  readonly store: EvidenceStore;
  readonly server: EvidenceAddress;
  /** First pause after a try that failed; it doubles up to a minute. Default 1 s. */
  readonly retryMs?: number | undefined;
  readonly log: Logger;
}

export interface UploaderFigures {
  readonly acknowledged: number;
  /** Tries that failed, whatever the reason. */
  readonly failed: number;
  /** Files let go of that no event ever named, or that the disk had changed. */
  readonly discarded: number;
}

/** An event usually reaches the server within this. */
const HEAD_START_MS = 500;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 60_000;
/** A file that no event names, since the box was killed between the two: nobody will ask for it. */
const UNNAMED_KEPT_MS = 7 * 24 * 3_600_000;
const IDLE_MS = 60_000;

export class Uploader {
  readonly #options: UploaderOptions;
  readonly #bell = new Bell();
  readonly #stop = new AbortController();
  /** When a file is tried next and how long it waits after that, by a clock that is never set. */
  readonly #waiting = new Map<string, { dueMs: number; pauseMs: number }>();
  readonly #figures = { acknowledged: 0, failed: 0, discarded: 0 };
  #pauseMs: number;
  #running: Promise<void> | undefined;

  constructor(options: UploaderOptions) {
    this.#options = options;
    this.#pauseMs = this.#firstPauseMs;
  }

  get figures(): UploaderFigures {
    return { ...this.#figures };
  }

  /** Returns at once: a server that is away is waited for. */
  start(): void {
    this.#options.store.onKept(() => this.#bell.ring());
    this.#running = this.#run();
  }

  /** Breaks off an upload under way; the next start goes on with it. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#bell.ring();
    await this.#running;
  }

  get #firstPauseMs(): number {
    return this.#options.retryMs ?? RETRY_MIN_MS;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const nowMs = performance.now();
      const due = this.#options.store.list().find((file) => this.#dueMs(file, nowMs) <= nowMs);
      if (due === undefined) await this.#bell.wait(this.#untilNextMs(nowMs));
      else await this.#try(due);
    }
  }

  #dueMs({ sha256 }: HeldFile, nowMs: number): number {
    let waiting = this.#waiting.get(sha256);
    if (waiting === undefined) {
      waiting = { dueMs: nowMs + HEAD_START_MS, pauseMs: this.#firstPauseMs };
      this.#waiting.set(sha256, waiting);
    }
    return waiting.dueMs;
  }

  #untilNextMs(nowMs: number): number {
    const dues = this.#options.store.list().map((file) => this.#dueMs(file, nowMs) - nowMs);
    return Math.min(IDLE_MS, ...dues);
  }

  async #try(file: HeldFile): Promise<void> {
    const { server, log } = this.#options;
    const { signal } = this.#stop;
    const content = await this.#read(file);
    if (content === undefined) return;
    try {
      const outcome = await uploadOnce(server, { sha256: file.sha256, content }, signal);
      if (outcome.kind === "acknowledged") {
        this.#pauseMs = this.#firstPauseMs;
        await this.#letGo(file);
        this.#figures.acknowledged += 1;
        return;
      }
      this.#figures.failed += 1;
      if (outcome.kind === "away") {
        if (outcome.moved) this.#pauseMs = this.#firstPauseMs;
        throw outcome.cause;
      }
      const worthless =
        outcome.kind === "another-file"
          ? createHash("sha256").update(content).digest("hex") !== file.sha256
          : Date.now() - file.sinceMs > UNNAMED_KEPT_MS;
      if (worthless) {
        this.#figures.discarded += 1;
        log.error({ ...file, outcome: outcome.kind }, "an evidence file is of no use and was deleted");
        await this.#letGo(file);
      } else this.#postpone(file.sha256);
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ err: error, sha256: file.sha256, pauseMs: this.#pauseMs }, "evidence waits on the box");
      // The server itself is away: no other file would fare better.
      await this.#rest();
    }
  }

  /** Undefined when this file can't be read: it is gone, or tried again later. */
  async #read(file: HeldFile): Promise<Buffer | undefined> {
    const { store, log } = this.#options;
    try {
      return await readFile(store.path(file.sha256));
    } catch (error) {
      this.#figures.failed += 1;
      log.error({ err: error, sha256: file.sha256 }, "an evidence file can't be read");
      if ((error as NodeJS.ErrnoException).code === "ENOENT") {
        this.#figures.discarded += 1;
        await this.#letGo(file);
      } else this.#postpone(file.sha256);
      return undefined;
    }
  }

  async #letGo({ sha256 }: HeldFile): Promise<void> {
    this.#waiting.delete(sha256);
    await this.#options.store.release(sha256);
  }

  #postpone(sha256: string): void {
    const { pauseMs } = this.#waiting.get(sha256) ?? { pauseMs: this.#firstPauseMs };
    this.#waiting.set(sha256, {
      dueMs: performance.now() + pauseMs,
      pauseMs: Math.min(pauseMs * 2, RETRY_MAX_MS),
    });
  }

  async #rest(): Promise<void> {
    const pauseMs = this.#pauseMs * (0.5 + Math.random());
    this.#pauseMs = Math.min(this.#pauseMs * 2, RETRY_MAX_MS);
    await delay(pauseMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}
