// The bounded queue between reading messages and storing them.
import type { NewEvent, Quarantined } from "../store/new-event.ts";
import type { Place } from "./message.ts";

/** A message on its way into the database. */
export interface Incoming {
  /** Named in the acknowledgement; undefined when the message doesn't say where it stands. */
  readonly place: Place | undefined;
  readonly content: { readonly event: NewEvent } | { readonly quarantined: Quarantined };
  readonly bytes: number;
}

const MAX_MESSAGES = 20_000;
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * When full, a reader waits (`whenRoom`), which the broker feels; while the database is away it drops instead, and
 * the boxes send again: nothing here was acknowledged.
 */
export class Intake {
  readonly #queue: Incoming[] = [];
  #bytes = 0;
  #wakeWriter: (() => void) | undefined;
  #waiting: (() => void)[] = [];

  get full(): boolean {
    return this.#queue.length >= MAX_MESSAGES || this.#bytes >= MAX_BYTES;
  }

  get length(): number {
    return this.#queue.length;
  }

  put(incoming: Incoming): void {
    this.#queue.push(incoming);
    this.#bytes += incoming.bytes;
    this.#wakeWriter?.();
  }

  /** Called once, when there is room again. */
  whenRoom(callback: () => void): void {
    if (this.full) this.#waiting.push(callback);
    else callback();
  }

  /** Resolves when there is something to take, or at `wake`. */
  async something(): Promise<void> {
    if (this.#queue.length > 0) return;
    await new Promise<void>((resolve) => {
      this.#wakeWriter = resolve;
    });
    this.#wakeWriter = undefined;
  }

  /** Ends a wait for something: the writer is to stop. */
  wake(): void {
    this.#wakeWriter?.();
  }

  take(limit: number): Incoming[] {
    const taken = this.#queue.splice(0, limit);
    for (const { bytes } of taken) this.#bytes -= bytes;
    this.release();
    return taken;
  }

  /** Lets waiting readers go on. */
  release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const callback of waiting) callback();
  }
}
