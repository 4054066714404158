// At most one log line a second for a camera's problems, with their number and the last cause.
import type { Logger } from "pino";

const INTERVAL_MS = 1000;

/** A decoder in trouble complains for every slice: the lines are counted, only the last of each second is written. */
export class ProblemLog {
  readonly #log: Logger;
  #count = 0;
  #last: { readonly text: string; readonly details: object } = { text: "", details: {} };
  #timer: NodeJS.Timeout | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  add(text: string, details: object = {}): void {
    this.#count++;
    this.#last = { text, details };
    if (this.#timer === undefined) this.#write();
  }

  /** Writes what is left and ends the timer. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#write();
    clearTimeout(this.#timer);
  }

  #write(): void {
    this.#timer = undefined;
    if (this.#count === 0) return;
    this.#log.warn({ ...this.#last.details, problems: this.#count }, this.#last.text);
    this.#count = 0;
    this.#timer = setTimeout(() => this.#write(), INTERVAL_MS);
  }
}
