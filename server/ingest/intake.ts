// The bounded queue between the broker and the database: messages as they came, neither read nor judged yet.

/** A message on its way into the database. */
export interface RawMessage {
  readonly topic: string;
  /** A view into what the connection read, which it keeps from being freed. */
  readonly payload: Buffer;
}

/**
 * Enough to keep the next batch growing; what waits longer waits in the broker, which frees it at once. Here it would
 * outlive the young part of the heap: with 20,000 the process swung by 130 MB.
 */
const MAX_MESSAGES = 200;
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * When full, a reader waits (`whenRoom`), which the broker feels; while the database is away it drops instead, and
 * the boxes send again: nothing here was acknowledged.
 */
export class Intake {
  readonly #queue: RawMessage[] = [];
  #bytes = 0;
  #wakeTaker: (() => void) | undefined;
  #waiting: (() => void)[] = [];

  get full(): boolean {
    return this.#queue.length >= MAX_MESSAGES || this.#bytes >= MAX_BYTES;
  }

  get length(): number {
    return this.#queue.length;
  }

  put(message: RawMessage): void {
    this.#queue.push(message);
    this.#bytes += message.payload.length;
    this.#wakeTaker?.();
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
      this.#wakeTaker = resolve;
    });
    this.#wakeTaker = undefined;
  }

  /** Ends a wait for something: there is another reason to look. */
  wake(): void {
    this.#wakeTaker?.();
  }

  take(limit: number): RawMessage[] {
    const taken = this.#queue.splice(0, limit);
    for (const { payload } of taken) this.#bytes -= payload.length;
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
