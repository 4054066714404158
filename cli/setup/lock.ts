// One setup at a time: a lock file that names its holder, so that a holder that died does not block the next run.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 300;

export interface LockOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Called once when another live process holds the lock. */
  onWait?(pid: number): void;
}

/** Runs `work` while holding `file`. Throws when another live process keeps it for longer than `timeoutMs`. */
export async function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const until = Date.now() + options.timeoutMs;
  let told = false;
  while (!take(file)) {
    const holder = holderOf(file);
    if (holder === undefined || !alive(holder)) {
      rmSync(file, { force: true });
      continue;
    }
    if (Date.now() > until)
      throw new Error(`${file} is held by process ${holder}; if that is none of ours, remove it`);
    if (!told) options.onWait?.(holder);
    told = true;
    await sleep(POLL_MS, undefined, { ...(options.signal && { signal: options.signal }) });
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw cause;
  }
}

function holderOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw cause;
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "EPERM";
  }
}
