// Stores what was read, in batches: commit, then acknowledge, then tell the feed.
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { Feed } from "../alert/feed.ts";
import type { Database } from "../store/database.ts";
import { refusalOf } from "../store/refusal.ts";
import type { DestinationsFor } from "../store/forward.ts";
import type { Quarantined } from "../store/new-event.ts";
import { type Committed, writeBatch } from "../store/write-batch.ts";
import type { Downlink } from "./downlink.ts";
import { type Batch, Gatherer, type Incoming } from "./gatherer.ts";
import type { Intake } from "./intake.ts";
import type { Place } from "./message.ts";

export interface WriterOptions {
  readonly db: Database;
  readonly intake: Intake;
  readonly downlink: Pick<Downlink, "acknowledge">;
  readonly feed: Feed;
  readonly destinationsFor: DestinationsFor;
  /** Called when a commit queued something to be forwarded. */
  readonly onForwards?: (() => void) | undefined;
  readonly log: Logger;
}

const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 2_000;

/** The database did not take a batch, for a reason that does not lie in the batch. */
class NotStoredError extends Error {
  override readonly name = "NotStoredError";
}

export class Writer {
  readonly #options: WriterOptions;
  readonly #stop = new AbortController();
  readonly #gatherer: Gatherer;
  #running: Promise<void> | undefined;
  #away = false;
  #stored = 0;
  #repeated = 0;
  #batches = 0;
  #misplaced = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#gatherer = new Gatherer(options.intake, this.#stop.signal);
  }

  /** The last attempt to store failed, and no other has succeeded since. */
  get databaseAway(): boolean {
    return this.#away;
  }

  /** `quarantined` counts messages that are no events, and events whose place another one has. */
  get figures(): { stored: number; repeated: number; batches: number; quarantined: number } {
    return {
      stored: this.#stored,
      repeated: this.#repeated,
      batches: this.#batches,
      quarantined: this.#gatherer.quarantined + this.#misplaced,
    };
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Finishes the batch in hand; what else was read was not acknowledged, and comes again. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#options.intake.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    let idle = true;
    let storing = Promise.resolve();
    for (;;) {
      const batch = await this.#gatherer.next(() => idle);
      await storing;
      if (this.#stop.signal.aborted) return;
      idle = false;
      storing = this.#storeUntilDone(batch).finally(() => {
        idle = true;
        this.#options.intake.wake();
      });
    }
  }

  /** Tries until it is stored or we stop: the database may be away for hours. */
  async #storeUntilDone({ incoming, together }: Batch): Promise<void> {
    let pauseMs = RETRY_MIN_MS;
    for (;;) {
      try {
        await this.#store(incoming, together);
        if (this.#away) this.#options.log.info("the database is back");
        this.#away = false;
        return;
      } catch (error) {
        // A listener of the feed that threw is a mistake of ours: it ends the process, and is no database that is away.
        if (!(error instanceof NotStoredError)) throw error;
        if (!this.#away)
          this.#options.log.error({ err: error }, "the database is away; nothing is acknowledged");
        this.#away = true;
        // Readers that wait for room would hold up the broker's pings; from now on they drop.
        this.#options.intake.release();
      }
      if (this.#stop.signal.aborted) return;
      await delay(pauseMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, RETRY_MAX_MS);
    }
  }

  /**
   * Halves a batch that PostgreSQL refuses for what is in it, down to the message at fault, which goes to the
   * quarantine. Rejects with {@link NotStoredError} for any other fault; the halves stored by then are acknowledged already.
   */
  async #store(batch: readonly Incoming[], together?: Buffer): Promise<void> {
    const { db, destinationsFor } = this.#options;
    const events = batch.flatMap(({ content }) => ("event" in content ? [content.event] : []));
    const quarantined = batch.flatMap(({ content }) =>
      "quarantined" in content ? [content.quarantined] : [],
    );
    let committed: Committed;
    try {
      committed = await writeBatch(db, { events, quarantined, together }, destinationsFor);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw new NotStoredError("nothing was stored", { cause: error });
      const [only] = batch;
      if (batch.length === 1 && only !== undefined) {
        if ("quarantined" in only.content) {
          // Not even its bytes can be kept; unacknowledged, it holds up nobody.
          this.#options.log.error(
            { refusal, topic: only.content.quarantined.topic },
            "a message was thrown away",
          );
          return;
        }
        await this.#store([{ ...only, content: { quarantined: refused(only, refusal) } }]);
        return;
      }
      const middle = batch.length >> 1;
      await this.#store(batch.slice(0, middle));
      await this.#store(batch.slice(middle));
      return;
    }
    this.#after(batch, events.length, committed);
  }

  #after(batch: readonly Incoming[], events: number, committed: Committed): void {
    const { downlink, feed, onForwards } = this.#options;
    downlink.acknowledge(batch.flatMap(({ place }): Place[] => (place === undefined ? [] : [place])));
    this.#batches += 1;
    this.#stored += committed.stored;
    this.#misplaced += committed.misplaced;
    this.#repeated += events - committed.stored - committed.misplaced;
    if (feed.wanted) for (const event of committed.events()) feed.emit({ kind: "event", event });
    for (const found of committed.cases) feed.emit({ kind: "case", case: found });
    for (const alert of committed.alerts) feed.emit({ kind: "alert", alert });
    if (committed.forwards > 0) onForwards?.();
  }
}

function refused({ content }: Incoming, refusal: string): Quarantined {
  const { box, payload } = "event" in content ? content.event : { box: "", payload: Buffer.alloc(0) };
  return { topic: `event of ${box}`, reason: `database: ${refusal}`, payload };
}
