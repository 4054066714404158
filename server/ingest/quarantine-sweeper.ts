// Lets go of quarantined messages: after a month, and of the oldest when there are too many.
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import type { Logger } from "pino";
import type { Database } from "../store/database.ts";

const EVERY_MS = 3_600_000;
const KEPT_DAYS = 30;
/** At 16 kB each at most 1.6 GB. */
const KEPT_ROWS = 100_000;

export class QuarantineSweeper {
  readonly #db: Database;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(db: Database, log: Logger) {
    this.#db = db;
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
    for (;;) {
      try {
        const swept = await sweepQuarantine(this.#db, KEPT_DAYS, KEPT_ROWS);
        if (swept > 0) this.#log.info({ swept }, "old quarantined messages were let go of");
      } catch (error) {
        this.#log.warn({ err: error }, "the quarantine can't be swept yet");
      }
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
      if (this.#stop.signal.aborted) return;
    }
  }
}

/** Returns how many rows went. */
export async function sweepQuarantine(db: Database, days: number, rows: number): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM quarantine
    WHERE received_at < now() - ${days} * interval '1 day'
      OR id <= (SELECT id FROM quarantine ORDER BY id DESC OFFSET ${rows} LIMIT 1)`.execute(db);
  return Number(numAffectedRows ?? 0n);
}
