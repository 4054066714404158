// At most one log line a second for a camera's problems, with their number and the last cause.
import type { Logger } from "pino";

const INTERVAL_MS = 1000;

/** A decoder in trouble complains for every slice: the lines are counted, only the last of each second is written. */
export class ProblemLog {
  readonly #log: Logger;
  #count = 0;
  #last = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  add(text: string): void {
    this.#count++;
    this.#last = text;
    if (this.#timer !== undefined) return;
    this.#write();
    this.#timer = setTimeout(() => this.#elapsed(), INTERVAL_MS);
  }

  /** Writes what is left and ends the timer. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#write();
  }

  #elapsed(): void {
    this.#timer = undefined;
    if (this.#count === 0) return;
    this.#write();
    this.#timer = setTimeout(() => this.#elapsed(), INTERVAL_MS);
  }

  #write(): void {
    if (this.#count === 0) return;
    this.#log.warn({ count: this.#count, last: this.#last }, "camera problems");
    this.#count = 0;
  }
}
