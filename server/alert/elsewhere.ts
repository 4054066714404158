// What other servers committed, read from the database and told on this server's feed as if it had been its own.
import type { Logger } from "pino";
import type { AlertsRepository } from "../store/alerts-repository.ts";
import type { HeardAnnouncement } from "../store/announcement.ts";
import type { BoxesRepository } from "../store/boxes-repository.ts";
import type { CasesRepository } from "../store/cases-repository.ts";
import type { EventsRepository } from "../store/events-repository.ts";
import type { Feed } from "./feed.ts";

export interface ElsewhereOptions {
  readonly feed: Feed;
  readonly events: Pick<EventsRepository, "at">;
  readonly cases: Pick<CasesRepository, "find">;
  readonly alerts: Pick<AlertsRepository, "find">;
  readonly boxes: Pick<BoxesRepository, "find">;
  /** Somewhere something was queued to be forwarded. */
  readonly onForwards: () => void;
  readonly log: Logger;
}

/** Announcements that wait to be read. When there are more, all are given up, and screens read their lists again. */
const MOST_WAITING = 64;

export class Elsewhere {
  readonly #options: ElsewhereOptions;
  #waiting: HeardAnnouncement[] = [];
  #reading: Promise<void> | undefined;
  #stopped = false;

  constructor(options: ElsewhereOptions) {
    this.#options = options;
  }

  /** Returns at once. Where nobody looks nothing is read: whoever comes later reads the lists first. */
  hear(announcement: HeardAnnouncement): void {
    if (announcement.forwards) this.#options.onForwards();
    if (this.#stopped || !this.#options.feed.wanted) return;
    if (this.#waiting.length === MOST_WAITING) this.missed();
    else {
      this.#waiting.push(announcement);
      this.#reading ??= this.#readAll();
    }
  }

  /** Something was announced that was not heard, or can't be read in time. */
  missed(): void {
    this.#waiting = [];
    this.#options.feed.emit({ kind: "missed" });
  }

  /** Resolves when what is being read has been told. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting = [];
    await this.#reading;
  }

  async #readAll(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        await this.#tell(next);
      } catch (error) {
        this.#options.log.warn({ err: error }, "what another server stored can't be read");
        this.missed();
      }
    }
    this.#reading = undefined;
  }

  /** Events before the cases and alerts that they made, as the server that stored them tells it. */
  async #tell({ ranges, cases, alerts, boxes }: HeardAnnouncement): Promise<void> {
    const { feed, ...rows } = this.#options;
    const events = ranges.length === 0 ? [] : await rows.events.at(ranges);
    for (const event of events) feed.emit({ kind: "event", event });
    const fresh = events.map(({ id }) => id);
    for (const found of await rows.cases.find([...fresh, ...cases])) feed.emit({ kind: "case", case: found });
    for (const alert of await rows.alerts.find(alerts)) feed.emit({ kind: "alert", alert });
    for (const box of await rows.boxes.find(boxes)) feed.emit({ kind: "box", box });
  }
}
