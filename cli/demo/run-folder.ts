// The data folder of one demo run: its own, named by the process, and removed when the run ends or its process is gone.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** `demo/run-{pid}` in the cache folder, empty. Folders of runs that were killed are removed on the way. */
export function createRunFolder(cache: string): string {
  const demo = join(cache, "demo");
  mkdirSync(demo, { recursive: true });
  for (const name of readdirSync(demo)) {
    const pid = Number(/^run-(\d+)$/.exec(name)?.[1]);
    if (Number.isInteger(pid) && !isAlive(pid)) rmSync(join(demo, name), { recursive: true, force: true });
  }
  const folder = join(demo, `run-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder); // PostgreSQL may run as another account and has to pass through; what is private lies deeper
  return folder;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "EPERM";
  }
}
