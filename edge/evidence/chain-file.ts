// Where a box's chain of manifests stands: the last link, and what was still to be told of it.
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { NO_PREVIOUS, type Manifest } from "../../contract/evidence/manifest.ts";
import type { EventDraft } from "../event/event-draft.ts";
import { writeDurably } from "../../config/durable-file.ts";

interface ChainState {
  readonly id: string;
  /** Links made so far. */
  readonly index: number;
  readonly last: string;
  /** The case of the last link: its package is made, whatever a kill kept from being noted. */
  readonly lastCase?: string;
  /** The event of the last link, until the outbox has it. */
  readonly untold?: EventDraft;
}

export class ChainFile {
  readonly #file: string;
  #state: ChainState;

  private constructor(file: string, state: ChainState) {
    this.#file = file;
    this.#state = state;
  }

  /** A chain begins where there is none. Rejects with the file system's error, or for a file that is none of ours. */
  static async open(file: string): Promise<ChainFile> {
    try {
      return new ChainFile(file, JSON.parse(await readFile(file, "utf8")) as ChainState);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    const state = { id: randomBytes(8).toString("hex"), index: 0, last: NO_PREVIOUS };
    await writeDurably(file, JSON.stringify(state));
    return new ChainFile(file, state);
  }

  /** What the next manifest says of its place. */
  get next(): Manifest["chain"] {
    const { id, index, last } = this.#state;
    return { id, index: index + 1, previous: last };
  }

  get lastCase(): string | undefined {
    return this.#state.lastCase;
  }

  get untold(): EventDraft | undefined {
    return this.#state.untold;
  }

  /** The manifest with this hash is the next link; `event` is to be told of it. On disk when this resolves. */
  async add(manifestSha256: string, lastCase: string, event: EventDraft): Promise<void> {
    const { id, index } = this.#state;
    await this.#write({ id, index: index + 1, last: manifestSha256, lastCase, untold: event });
  }

  async told(): Promise<void> {
    const { untold, ...rest } = this.#state;
    if (untold !== undefined) await this.#write(rest);
  }

  async #write(state: ChainState): Promise<void> {
    await writeDurably(this.#file, JSON.stringify(state));
    this.#state = state;
  }
}
