// A little disk space kept for bad times: on a full disk even letting go of events needs room to write.
import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Twice the write-ahead log at its usual largest. */
const BYTES = 2 * 1024 * 1024;

export class DiskReserve {
  readonly #file: string;
  #held: boolean;

  constructor(folder: string) {
    this.#file = join(folder, "reserve");
    this.#held = existsSync(this.#file);
  }

  /** Whether the space is set aside now. */
  get held(): boolean {
    return this.#held;
  }

  /** Gives the space back to the disk, for what must be written now. */
  spend(): void {
    rmSync(this.#file, { force: true });
    this.#held = false;
  }

  /** Sets the space aside, really written; false when the disk has no room for it. */
  set(): boolean {
    if (this.#held) return true;
    try {
      const file = openSync(this.#file, "w", 0o600);
      try {
        writeSync(file, new Uint8Array(BYTES));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      this.#held = true;
    } catch (error) {
      this.spend();
      if (!["ENOSPC", "EDQUOT", "EROFS", "EIO"].includes((error as NodeJS.ErrnoException).code ?? ""))
        throw error;
    }
    return this.#held;
  }
}
