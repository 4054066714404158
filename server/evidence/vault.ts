// Verified evidence files, each under its own hash: what is in here is what its name says.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** What arrived is not what was announced. */
export class AnotherFileError extends Error {
  override readonly name = "AnotherFileError";
  readonly sha256: string;

  constructor(announced: string, sha256: string) {
    super(`${sha256} arrived in place of ${announced}`);
    this.sha256 = sha256;
  }
}

/** An upload that nobody went on with for so long is let go of; its box begins again. */
const INCOMING_KEPT_MS = 7 * 24 * 3_600_000;

export class Vault {
  readonly #folder: string;

  /** Folder with `incoming/` for uploads under way and `files/` for what was verified. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get incoming(): string {
    return join(this.#folder, "incoming");
  }

  async open(): Promise<void> {
    await mkdir(this.incoming, { recursive: true, mode: 0o700 });
    await mkdir(join(this.#folder, "files"), { recursive: true, mode: 0o700 });
  }

  /** Where a verified file lies, whether it is there or not. */
  path(sha256: string): string {
    return join(this.#folder, "files", sha256.slice(0, 2), sha256);
  }

  /**
   * Verifies an upload and takes it over, on disk when this resolves. Throws {@link AnotherFileError}, having deleted
   * it; the file system's error else.
   */
  async accept(incoming: string, sha256: string): Promise<void> {
    const actual = await this.#hash(incoming);
    if (actual !== sha256) {
      await letGo(incoming);
      throw new AnotherFileError(sha256, actual);
    }
    const target = this.path(sha256);
    const folder = join(target, "..");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await sync(incoming);
    await rename(incoming, target);
    await sync(folder);
    await letGo(incoming);
  }

  /** Whether a verified file is here. */
  async has(sha256: string): Promise<boolean> {
    try {
      return (await stat(this.path(sha256))).isFile();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
      throw error;
    }
  }

  /** Lets go of uploads that nobody went on with. Gives how many. */
  async sweep(nowMs: number): Promise<number> {
    let swept = 0;
    for (const name of await readdir(this.incoming)) {
      const file = join(this.incoming, name);
      const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: nowMs })); // gone meanwhile: it has arrived
      if (nowMs - mtimeMs < INCOMING_KEPT_MS) continue;
      await rm(file, { force: true });
      swept += 1;
    }
    return swept;
  }

  async #hash(file: string): Promise<string> {
    const hash = createHash("sha256");
    await pipeline(createReadStream(file), hash);
    return hash.digest("hex");
  }
}

/** With what the upload library keeps beside it. */
async function letGo(incoming: string): Promise<void> {
  await rm(incoming, { force: true });
  await rm(`${incoming}.json`, { force: true });
}

async function sync(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
