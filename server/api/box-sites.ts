// The site of each box, for live messages, which name the box alone.
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { FeedMessage } from "../alert/feed.ts";
import type { BoxesRepository } from "../store/boxes-repository.ts";

/** A box whose first status another server stored is known here after this long. */
const READ_EVERY_MS = 15_000;

export class BoxSites {
  readonly #boxes: Pick<BoxesRepository, "list">;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  #sites = new Map<string, string>();
  #reading: Promise<void> | undefined;

  constructor(boxes: Pick<BoxesRepository, "list">, log: Logger) {
    this.#boxes = boxes;
    this.#log = log;
  }

  start(): void {
    this.#reading = this.#read();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#reading;
  }

  take(message: FeedMessage): void {
    if (message.kind !== "box") return;
    const { box, status } = message.box;
    if (status.site !== undefined) this.#sites.set(box, status.site);
  }

  siteOf(box: string): string | undefined {
    return this.#sites.get(box);
  }

  async #read(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const boxes = await this.#boxes.list("all");
        this.#sites = new Map(
          boxes.flatMap(({ box, status: { site } }) => (site === undefined ? [] : [[box, site] as const])),
        );
      } catch (error) {
        this.#log.warn({ err: error }, "the boxes' sites could not be read");
      }
      await delay(READ_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
