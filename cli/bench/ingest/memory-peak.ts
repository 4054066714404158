// The most memory that a process held over a time: its heap swings between collections, so a single look says little.
import { readFileSync } from "node:fs";

const LOOK_EVERY_MS = 100;

export class MemoryPeak {
  readonly #pid: number;
  #timer: NodeJS.Timeout | undefined;
  #peakMb = 0;

  constructor(pid: number) {
    this.#pid = pid;
  }

  start(): void {
    this.#look();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Resident, MB; from here on the next peak is looked for. */
  take(): number {
    const peakMb = this.#peakMb;
    this.#peakMb = 0;
    this.#look();
    return peakMb;
  }

  #look(): void {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.#pid}/status`, "utf8"))?.[1];
    this.#peakMb = Math.max(this.#peakMb, Number(kilobytes) / 1024);
  }
}
