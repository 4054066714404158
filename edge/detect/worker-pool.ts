// A fixed number of worker threads fed from one bounded queue; one that dies is replaced, all can be exchanged in turn.
import { Worker } from "node:worker_threads";
import type { Logger } from "pino";
import { InferenceError } from "./inference-error.ts";
import { type Errand, JobQueue } from "./job-queue.ts";
import type { FromWorker, ToWorker } from "./worker-protocol.ts";

export interface WorkerPoolOptions {
  readonly file: URL;
  readonly workerData: unknown;
  readonly workers: number;
  /** Jobs that may wait; one more is refused with `busy`, or the least urgent is (see JobQueue). */
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
  /** Jobs that were dropped because too many waited. */
  readonly refused: number;
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
  /** What it was started with. */
  readonly workerData: unknown;
  ready: boolean;
  job: Job<J, R> | undefined;
  timer: NodeJS.Timeout | undefined;
  /** Why we ended it ourselves. */
  ended: InferenceError | undefined;
  /** `soon`: another is on its way to take its place; `now`: it is there, and this one gets no further job. */
  retiring: "no" | "soon" | "now";
}

const REPLACE_FIRST_MS = 100;
const REPLACE_MOST_MS = 10_000;
const STOP_MS = 2000;

/** Threads with one job each at a time. `News` reaches every worker, also those that replace a dead one. */
export class WorkerPool<J, R, News> {
  readonly #options: WorkerPoolOptions;
  readonly #queue: JobQueue<Job<J, R>>;
  readonly #seats = new Set<Seat<J, R>>();
  readonly #replacing = new Set<NodeJS.Timeout>();
  #workerData: unknown;
  #exchanging = false;
  #news: News | undefined;
  #running = false;
  #nextId = 1;
  #deaths = 0;
  #done = 0;
  #failed = 0;
  #refused = 0;
  #replaced = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#queue = new JobQueue(options.queueLimit);
    this.#workerData = options.workerData;
  }

  /** Resolves once every worker is ready. Rejects with the first worker's fault, and then nothing is left running. */
  async start(): Promise<void> {
    this.#running = true;
    try {
      await Promise.all(Array.from({ length: this.#options.workers }, () => this.#seat(this.#workerData)));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  run(job: J, errand: Errand): Promise<R> {
    if (!this.#running)
      return Promise.reject(new InferenceError("stopped", "the inference pool is not running"));
    return new Promise((resolve, reject) => {
      const one = { id: this.#nextId++, job, resolve, reject };
      const dropped = this.#queue.push(one, errand, performance.now());
      if (dropped !== undefined) {
        this.#refused++;
        dropped.reject(
          new InferenceError("busy", `${this.#queue.length} inference jobs are waiting already`),
        );
      }
      this.#feed();
    });
  }

  /**
   * Exchanges all workers for such as were started with `workerData`, one after the other: the next one is ready before
   * the one that it stands for gets no further job, so there are never fewer than before. Rejects with the fault of a
   * worker that doesn't start; then those that were exchanged already are exchanged back.
   */
  async exchange(workerData: unknown): Promise<void> {
    if (!this.#running) throw new InferenceError("stopped", "the inference pool is not running");
    if (this.#exchanging)
      throw new InferenceError("busy", "the inference workers are being exchanged already");
    const before = this.#workerData;
    this.#exchanging = true;
    try {
      await this.#exchangeAll(workerData);
    } catch (error) {
      await this.#exchangeBack(before);
      throw error;
    } finally {
      this.#exchanging = false;
    }
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
    for (const job of this.#queue.takeAll()) job.reject(stopped);
    await Promise.all(
      [...this.#seats].map((seat) => {
        seat.ended ??= stopped;
        return this.#end(seat, STOP_MS);
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
      refused: this.#refused,
      replaced: this.#replaced,
    };
  }

  /** Stands a new worker beside each that was started with something else, and then lets that one go. */
  async #exchangeAll(workerData: unknown): Promise<void> {
    this.#workerData = workerData;
    for (const seat of [...this.#seats].filter((each) => each.workerData !== workerData)) {
      // It may have died since: then its replacement was started with the new data already.
      if (this.#seats.has(seat)) await this.#succeed(seat, workerData);
    }
  }

  async #exchangeBack(workerData: unknown): Promise<void> {
    if (this.#running) await this.#exchangeAll(workerData);
  }

  async #succeed(seat: Seat<J, R>, workerData: unknown): Promise<void> {
    seat.retiring = "soon";
    try {
      await this.#seat(workerData);
    } catch (error) {
      seat.retiring = "no";
      if (this.#running && !this.#seats.has(seat)) this.#replace(error as InferenceError);
      throw error;
    }
    seat.retiring = "now";
    if (this.#seats.has(seat)) await this.#end(seat, this.#options.jobTimeoutMs + STOP_MS);
  }

  /** A worker reads `stop` after the job that it is at, if it can; past the limit it is terminated. */
  async #end(seat: Seat<J, R>, limitMs: number): Promise<void> {
    const exited = new Promise<void>((resolve) => seat.worker.once("exit", () => resolve()));
    this.#say(seat, { type: "stop" });
    const timer = setTimeout(() => void seat.worker.terminate(), limitMs);
    await exited;
    clearTimeout(timer);
  }

  /** Starts one worker; resolves when it is ready, rejects when it ends before. */
  #seat(workerData: unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(this.#options.file, { workerData });
      const seat: Seat<J, R> = {
        worker,
        workerData,
        ready: false,
        job: undefined,
        timer: undefined,
        ended: undefined,
        retiring: "no",
      };
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
        else if (this.#running && seat.retiring === "no") this.#replace(error);
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
      this.#seat(this.#workerData).catch((error: unknown) => {
        if (this.#running) this.#replace(error as InferenceError);
      });
    }, delayMs);
    this.#replacing.add(timer);
  }

  #feed(): void {
    for (const seat of this.#seats) {
      if (!seat.ready || seat.job !== undefined || seat.ended !== undefined || seat.retiring === "now")
        continue;
      const next = this.#queue.next(performance.now());
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
