// What is known of evidence files: which a box's events name, which are here; and the taking over of one that arrived.
import { join } from "node:path";
import { parseUploadId } from "../../contract/evidence.ts";
import type { Feed } from "../alert/feed.ts";
import type { CasesRepository } from "../store/cases-repository.ts";
import type { Database } from "../store/database.ts";
import { findNamedFile, markArrived, markRefused } from "../store/evidence.ts";
import { EVERY_CASE } from "../store/scope.ts";
import { AnotherFileError, type Vault } from "./vault.ts";

/** No event of the box names the file, or it names another size. */
export class NotNamedError extends Error {
  override readonly name = "NotNamedError";
}

export interface ArrivalsOptions {
  readonly db: Database;
  readonly vault: Vault;
  readonly cases: Pick<CasesRepository, "get">;
  readonly feed: Feed;
}

export class Arrivals {
  readonly #options: ArrivalsOptions;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  /** What the events of the upload's box say of its file. */
  async named(id: string): Promise<{ readonly bytes: number; readonly arrived: boolean } | undefined> {
    const upload = parseUploadId(id);
    return upload === undefined ? undefined : findNamedFile(this.#options.db, upload.box, upload.sha256);
  }

  /** Whether a named file is here already. Throws {@link NotNamedError}. */
  async isHere(id: string, bytes: number | undefined): Promise<boolean> {
    const upload = parseUploadId(id);
    const named = await this.named(id);
    if (upload === undefined || named === undefined) throw new NotNamedError("no event names this file");
    if (named.bytes !== bytes) throw new NotNamedError(`the event names ${named.bytes} bytes`);
    if (named.arrived) return true;
    // Taken over when the server was killed, or sent by another box: the hash says that it is the same.
    if (!(await this.#options.vault.has(upload.sha256))) return false;
    await this.#mark(upload.box, upload.sha256);
    return true;
  }

  /**
   * Verifies a complete upload and takes it over; its cases are told of on the feed. Throws {@link AnotherFileError},
   * having deleted and recorded it.
   */
  async take(id: string): Promise<void> {
    const upload = parseUploadId(id);
    if (upload === undefined) throw new TypeError(`${id} is no upload`);
    const { db, vault } = this.#options;
    try {
      await vault.accept(join(vault.incoming, id), upload.sha256);
    } catch (error) {
      if (error instanceof AnotherFileError) await markRefused(db, upload.box, upload.sha256, error.message);
      throw error;
    }
    await this.#mark(upload.box, upload.sha256);
  }

  async #mark(box: string, sha256: string): Promise<void> {
    const { db, cases, feed } = this.#options;
    for (const id of await markArrived(db, box, sha256)) {
      const found = await cases.get(id, EVERY_CASE);
      if (found !== undefined) feed.emit({ kind: "case", case: found });
    }
  }
}
