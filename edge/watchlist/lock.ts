// An exclusive lock between processes: a file that holds its owner's process id.
import { readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { GalleryError } from "./gallery-error.ts";

const WAIT_MS = 10_000;
const RETRY_MS = 50;

/** Runs `work` while no other process of this machine holds `file`. A lock whose owner is gone is taken over. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await acquire(file);
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function acquire(file: string): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    try {
      await writeFile(file, String(process.pid), { flag: "wx", mode: 0o600 });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    if (await isAbandoned(file)) await rm(file, { force: true });
    else if (waitedMs >= WAIT_MS) throw new GalleryError("busy", `${file} is held by another command`);
    else await sleep(RETRY_MS);
  }
}

async function isAbandoned(file: string): Promise<boolean> {
  let owner: number;
  try {
    owner = Number(await readFile(file, "utf8"));
  } catch {
    // Released between the two looks.
    return false;
  }
  // An empty file is a lock just being written.
  if (!Number.isInteger(owner) || owner <= 0) return false;
  try {
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
