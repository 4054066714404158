// What the clock does to what people began: cases left in review wait again, entries of the watch list begin and end.
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { CasesRepository } from "../store/cases-repository.ts";
import type { WatchListRepository } from "../store/watch-list-repository.ts";

const EVERY_MS = 15_000;

export interface DueSweeperOptions {
  readonly cases: Pick<CasesRepository, "releaseOverdue">;
  readonly watchList: Pick<WatchListRepository, "advance">;
  readonly log: Logger;
}

export class DueSweeper {
  readonly #options: DueSweeperOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: DueSweeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { cases, watchList, log } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const released = await cases.releaseOverdue();
        const advanced = await watchList.advance();
        if (released + advanced > 0)
          log.info({ released, advanced }, "cases wait again, entries began or ended");
      } catch (error) {
        log.warn({ err: error }, "what is due can't be looked at yet");
      }
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
