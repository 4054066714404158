// A fixed number of worker threads fed from one bounded first-come queue; a worker that dies is replaced.
import { Worker } from "node:worker_threads";
import type { Logger } from "pino";
import { InferenceError } from "./inference-error.ts";
import type { FromWorker, ToWorker } from "./worker-protocol.ts";

export interface WorkerPoolOptions {
  readonly file: URL;
  readonly workerData: unknown;
  readonly workers: number;
  /** Jobs that may wait; one more is refused with `busy`. */
  readonly queueLimit: number;
  /** A job that takes longer ends its worker. */
  readonly jobTimeoutMs: number;
  /** A worker that isn't ready in this time failed to start. */
  readonly startTimeoutMs: number;
  readonly log: Logger;
}

export interface WorkerPoolStats {
  readonly workers: number;
  readonly ready: number;
  readonly queued: number;
  readonly done: number;
  readonly failed: number;
  readonly replaced: number;
}

interface Job<J, R> {
  readonly id: number;
  readonly job: J;
  readonly resolve: (result: R) => void;
  readonly reject: (error: InferenceError) => void;
}

interface Seat<J, R> {
  readonly worker: Worker;
  ready: boolean;
  job: Job<J, R> | undefined;
  timer: NodeJS.Timeout | undefined;
  /** Why we ended it ourselves. */
  ended: InferenceError | undefined;
}

const REPLACE_FIRST_MS = 100;
const REPLACE_MOST_MS = 10_000;
const STOP_MS = 2000;

/** Threads with one job each at a time. `News` reaches every worker, also those that replace a dead one. */
export class WorkerPool<J, R, News> {
  readonly #options: WorkerPoolOptions;
  readonly #queue: Job<J, R>[] = [];
  readonly #seats = new Set<Seat<J, R>>();
  readonly #replacing = new Set<NodeJS.Timeout>();
  #news: News | undefined;
  #running = false;
  #nextId = 1;
  #deaths = 0;
  #done = 0;
  #failed = 0;
  #replaced = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** Resolves once every worker is ready. Rejects with the first worker's fault, and then nothing is left running. */
  async start(): Promise<void> {
    this.#running = true;
    try {
      await Promise.all(Array.from({ length: this.#options.workers }, () => this.#seat()));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  run(job: J): Promise<R> {
    if (!this.#running)
      return Promise.reject(new InferenceError("stopped", "the inference pool is not running"));
    if (this.#queue.length >= this.#options.queueLimit) {
      return Promise.reject(
        new InferenceError("busy", `${this.#queue.length} inference jobs are waiting already`),
      );
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ id: this.#nextId++, job, resolve, reject });
      this.#feed();
    });
  }

  /** Told to all workers at once; it holds for every job that starts after this call. */
  tell(news: News): void {
    this.#news = news;
    for (const seat of this.#seats) this.#say(seat, { type: "news", news });
  }

  async stop(): Promise<void> {
    this.#running = false;
    for (const timer of this.#replacing) clearTimeout(timer);
    this.#replacing.clear();
    const stopped = new InferenceError("stopped", "the inference pool was stopped");
    for (const job of this.#queue.splice(0)) job.reject(stopped);
    await Promise.all(
      [...this.#seats].map(async (seat) => {
        seat.ended ??= stopped;
        const exited = new Promise<void>((resolve) => seat.worker.once("exit", () => resolve()));
        this.#say(seat, { type: "stop" });
        const timer = setTimeout(() => void seat.worker.terminate(), STOP_MS);
        await exited;
        clearTimeout(timer);
      }),
    );
  }

  stats(): WorkerPoolStats {
    return {
      workers: this.#options.workers,
      ready: [...this.#seats].filter(({ ready }) => ready).length,
      queued: this.#queue.length,
      done: this.#done,
      failed: this.#failed,
      replaced: this.#replaced,
    };
  }

  /** Starts one worker; resolves when it is ready, rejects when it ends before. */
  #seat(): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(this.#options.file, { workerData: this.#options.workerData });
      const seat: Seat<J, R> = { worker, ready: false, job: undefined, timer: undefined, ended: undefined };
      this.#seats.add(seat);
      this.#limit(seat, this.#options.startTimeoutMs, "an inference worker was not ready in time");
      let fault: unknown;
      worker.on("message", (message: FromWorker<R>) => {
        if (message.type === "ready") {
          clearTimeout(seat.timer);
          seat.ready = true;
          if (this.#news !== undefined) this.#say(seat, { type: "news", news: this.#news });
          resolve();
        } else this.#settle(seat, message);
        this.#feed();
      });
      worker.on("error", (error) => {
        fault = error;
      });
      worker.on("exit", (code) => {
        clearTimeout(seat.timer);
        this.#seats.delete(seat);
        const why = fault instanceof Error ? fault.message : `exit code ${code}`;
        const error = seat.ended ?? new InferenceError("died", `an inference worker died: ${why}`, fault);
        seat.job?.reject(error);
        if (!seat.ready) reject(error);
        else if (this.#running) this.#replace(error);
      });
    });
  }

  /** Starts a worker in a dead one's place, later each time that it dies without having done anything. */
  #replace(cause: InferenceError): void {
    this.#replaced++;
    const delayMs = Math.min(REPLACE_FIRST_MS * 2 ** this.#deaths++, REPLACE_MOST_MS);
    this.#options.log.error(
      { err: cause, delayMs, replaced: this.#replaced },
      "inference worker ended; replacing it",
    );
    const timer = setTimeout(() => {
      this.#replacing.delete(timer);
      this.#seat().catch((error: unknown) => {
        if (this.#running) this.#replace(error as InferenceError);
      });
    }, delayMs);
    this.#replacing.add(timer);
  }

  #feed(): void {
    for (const seat of this.#seats) {
      if (!seat.ready || seat.job !== undefined || seat.ended !== undefined) continue;
      const next = this.#queue.shift();
      if (next === undefined) return;
      seat.job = next;
      this.#limit(seat, this.#options.jobTimeoutMs, "an inference job took too long");
      this.#say(seat, { type: "job", id: next.id, job: next.job });
    }
  }

  #settle(seat: Seat<J, R>, message: Exclude<FromWorker<R>, { type: "ready" }>): void {
    const { job } = seat;
    if (job?.id !== message.id) return;
    clearTimeout(seat.timer);
    seat.job = undefined;
    this.#deaths = 0;
    if (message.type === "done") {
      this.#done++;
      job.resolve(message.result);
    } else {
      this.#failed++;
      job.reject(new InferenceError("job", message.message));
    }
  }

  #limit(seat: Seat<J, R>, ms: number, what: string): void {
    seat.timer = setTimeout(() => {
      seat.ended = new InferenceError("timeout", `${what} (${ms} ms)`);
      void seat.worker.terminate();
    }, ms);
  }

  #say(seat: Seat<J, R>, message: ToWorker<J, News>): void {
    seat.worker.postMessage(message);
  }
}
