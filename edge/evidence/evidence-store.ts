// Evidence files on the box, each under its hash, from before its event is told of until the server has it.
import { createHash } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

export interface EvidenceStoreOptions {
  /** Created with mode 0700. */
  readonly folder: string;
  /** Most bytes of files held. Default 512 MiB. */
  readonly maxBytes?: number | undefined;
}

export interface HeldFile {
  readonly sha256: string;
  readonly bytes: number;
  /** When it was kept, by the file system's clock. */
  readonly sinceMs: number;
}

const DEFAULT_MAX_BYTES = 512 * 1024 * 1024;
/** Room is what is missing, or the disk fails: the event goes without its file. */
const NO_ROOM = new Set(["ENOSPC", "EDQUOT", "EROFS", "EIO"]);
const NAME = /^[0-9a-f]{64}$/;

/**
 * Full-policy: what an event has named is never dropped; a newcomer without room is refused and counted, and its
 * event tells of it otherwise.
 */
export class EvidenceStore {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #held = new Map<string, HeldFile>();
  #bytes = 0;
  #refused = 0;
  #listener: () => void = () => undefined;

  constructor({ folder, maxBytes = DEFAULT_MAX_BYTES }: EvidenceStoreOptions) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  get figures(): { readonly files: number; readonly bytes: number; readonly refused: number } {
    return { files: this.#held.size, bytes: this.#bytes, refused: this.#refused };
  }

  /** Finds what an earlier run left; half-written files go. Throws the file system's error. */
  async start(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#folder)) {
      if (!NAME.test(name)) {
        await rm(join(this.#folder, name), { force: true });
        continue;
      }
      const { size, mtimeMs } = await stat(join(this.#folder, name));
      this.#hold({ sha256: name, bytes: size, sinceMs: mtimeMs });
    }
  }

  /** Calls the listener after each file that was kept. */
  onKept(listener: () => void): void {
    this.#listener = listener;
  }

  /** On disk when this resolves; undefined when there is no room for it. */
  async keep(content: Uint8Array): Promise<HeldFile | undefined> {
    const sha256 = createHash("sha256").update(content).digest("hex");
    const held = this.#held.get(sha256);
    if (held !== undefined) return held;
    if (this.#bytes + content.length > this.#maxBytes) {
      this.#refused += 1;
      return undefined;
    }
    // Counted before it is written: another camera may keep a file meanwhile.
    const file = { sha256, bytes: content.length, sinceMs: Date.now() };
    this.#hold(file);
    try {
      await this.#write(sha256, content);
    } catch (error) {
      await this.release(sha256);
      if (!NO_ROOM.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
      this.#refused += 1;
      return undefined;
    }
    this.#listener();
    return file;
  }

  /** Held files, the oldest first. */
  list(): HeldFile[] {
    return [...this.#held.values()].sort((a, b) => a.sinceMs - b.sinceMs);
  }

  path(sha256: string): string {
    return join(this.#folder, sha256);
  }

  /** Lets go of a file: the server has it, or nobody ever will. */
  async release(sha256: string): Promise<void> {
    await rm(this.path(sha256), { force: true });
    await rm(`${this.path(sha256)}.part`, { force: true });
    const held = this.#held.get(sha256);
    if (held === undefined) return;
    this.#held.delete(sha256);
    this.#bytes -= held.bytes;
  }

  #hold(file: HeldFile): void {
    this.#held.set(file.sha256, file);
    this.#bytes += file.bytes;
  }

  async #write(sha256: string, content: Uint8Array): Promise<void> {
    const part = `${this.path(sha256)}.part`;
    const file = await open(part, "w", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, this.path(sha256));
    const folder = await open(this.#folder, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}
