// Hears what servers announce of their commits: one connection to the database of its own, made again whenever it ends.
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import type { Logger } from "pino";
import { CHANNEL, type HeardAnnouncement, readAnnouncement } from "./announcement.ts";
import type { DatabaseAddress } from "./database.ts";

export interface AnnouncementListenerOptions {
  readonly address: DatabaseAddress;
  /** Of the connections whose announcements are our own. */
  readonly ownName: string;
  /** Called in the order of commits; must not throw. */
  readonly hear: (announcement: HeardAnnouncement) => void;
  /** What was announced before a connection was made was not heard. */
  readonly connected: () => void;
  readonly log: Logger;
}

const RETRY_MS = 1_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** A connection whose other end froze says nothing, as one that has nothing to say: so it is asked. */
const ASK_EVERY_MS = 10_000;
const ANSWER_TIMEOUT_MS = 5_000;

export class AnnouncementListener {
  readonly #options: AnnouncementListenerOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: AnnouncementListenerOptions) {
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
    const { log } = this.#options;
    const { signal } = this.#stop;
    let logged = false;
    while (!signal.aborted) {
      try {
        await this.#listen(() => {
          logged = false;
        });
      } catch (error) {
        if (!logged) log.warn({ err: error }, "what other servers store is not heard");
        logged = true;
      }
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Until we stop; throws when the connection ends. */
  async #listen(connected: () => void): Promise<void> {
    const { address, ownName, hear } = this.#options;
    const { signal } = this.#stop;
    const client = new Client({
      ...address,
      application_name: `${ownName} listens`,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      keepAlive: true,
    });
    let ended: Error | undefined;
    const asking = new AbortController();
    const stop = (): void => asking.abort();
    signal.addEventListener("abort", stop);
    client.on("error", (error) => {
      ended = error;
      asking.abort();
    });
    client.on("notification", ({ payload = "" }) => {
      const announcement = readAnnouncement(payload, ownName);
      if (announcement !== undefined) hear(announcement);
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      connected();
      this.#options.connected();
      const pause = (): Promise<boolean> =>
        delay(ASK_EVERY_MS, true, { signal: asking.signal }).catch(() => false);
      while (await pause()) await client.query("SELECT 1");
      if (ended !== undefined) throw ended;
    } finally {
      signal.removeEventListener("abort", stop);
      // A frozen server would not answer a goodbye.
      await Promise.race([client.end().catch(() => undefined), delay(RETRY_MS)]);
    }
  }
}
