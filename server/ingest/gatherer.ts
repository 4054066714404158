// Makes batches of what was taken in: read, judged, and ready to be stored.
import { setImmediate as turn, setTimeout as delay } from "node:timers/promises";
import type { NewEvent, Quarantined } from "../store/new-event.ts";
import type { Intake, RawMessage } from "./intake.ts";
import { type Place, readMessage } from "./message.ts";
import { Slab } from "./slab.ts";

/** A message that was read. */
export interface Incoming {
  /** Named in the acknowledgement; undefined when the message doesn't say where it stands. */
  readonly place: Place | undefined;
  readonly content: { readonly event: NewEvent } | { readonly quarantined: Quarantined };
}

/** What is stored in one transaction. */
export interface Batch {
  readonly incoming: readonly Incoming[];
  /** The payloads of its events, in order, a record separator between two. */
  readonly together: Buffer;
}

/** Beyond this a larger batch is no faster (measured: thousands store at the rate of hundreds). */
const MAX_BATCH = 500;
/** Of large messages fewer: a statement holds them all. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
/** Read without letting anything else run, about 2 ms. */
const AT_ONCE = 50;
/** How long a small batch waits for company. While one is being stored the next gathers by itself. */
const LINGER_MS = 5;
const SMALL_BATCH = 200;

export class Gatherer {
  readonly #intake: Intake;
  readonly #signal: AbortSignal;
  /** One for the batch that is being stored, one for the next. */
  readonly #slabs: [Slab, Slab] = [new Slab(), new Slab()];
  #quarantined = 0;

  constructor(intake: Intake, signal: AbortSignal) {
    this.#intake = intake;
    this.#signal = signal;
  }

  /** Messages that could not become events, since the start. */
  get quarantined(): number {
    return this.#quarantined;
  }

  /**
   * The next batch: full, or what there is once `idle` says that the one before it is stored (ring the intake then).
   * Whatever there is when the signal is aborted. Its payloads are valid until `next` is called the second time.
   */
  async next(idle: () => boolean): Promise<Batch> {
    this.#slabs.reverse();
    const [slab] = this.#slabs;
    slab.clear();
    const incoming: Incoming[] = [];
    let bytes = 0;
    const batch = (): Batch => ({ incoming, together: slab.together });
    for (let lingered = false; !this.#signal.aborted; ) {
      for (const message of this.#intake.take(Math.min(AT_ONCE, MAX_BATCH - incoming.length))) {
        incoming.push(this.#read(message, slab));
        bytes += message.payload.length;
      }
      if (incoming.length === MAX_BATCH || bytes >= MAX_BATCH_BYTES) return batch();
      if (this.#intake.length > 0) await turn();
      else if (incoming.length === 0 || !idle()) await this.#intake.something();
      else if (lingered || incoming.length >= SMALL_BATCH) return batch();
      else {
        await delay(LINGER_MS, undefined, { signal: this.#signal }).catch(() => undefined);
        lingered = true;
      }
    }
    return batch();
  }

  #read({ topic, payload }: RawMessage, slab: Slab): Incoming {
    const message = readMessage(topic, payload, Date.now(), (bytes) => slab.keep(bytes));
    if (message.ok) {
      const { event } = message;
      const { box, epoch, sequence } = event;
      return { place: { box, epoch, sequence }, content: { event } };
    }
    this.#quarantined += 1;
    const quarantined = { topic, reason: message.reason, payload: Buffer.from(payload) };
    return { place: message.place, content: { quarantined } };
  }
}
