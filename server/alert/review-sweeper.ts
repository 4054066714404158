// Gives back cases that somebody took to review and left.
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { CasesRepository } from "../store/cases-repository.ts";

const EVERY_MS = 15_000;

export class ReviewSweeper {
  readonly #cases: Pick<CasesRepository, "releaseOverdue">;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(cases: Pick<CasesRepository, "releaseOverdue">, log: Logger) {
    this.#cases = cases;
    this.#log = log;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const released = await this.#cases.releaseOverdue();
        if (released > 0) this.#log.info({ released }, "cases that were left in review wait again");
      } catch (error) {
        this.#log.warn({ err: error }, "cases in review can't be looked at yet");
      }
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
