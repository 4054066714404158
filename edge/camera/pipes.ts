// Pipes on which a thread of this process may block: Node's own child pipes belong to the event loop, FIFOs don't.
import { execFile } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Both ends of one pipe; each must be closed once. `write` is for the child, `read` for the reader thread. */
export interface Pipe {
  readonly read: number;
  readonly write: number;
}

/**
 * Opens `count` pipes. They have no name any more when this returns, so nothing is left behind however the process
 * ends, and the reader sees the end as soon as the child is gone: no writer is kept here.
 *
 * @throws {Error} when `mkfifo` (coreutils) is missing or the temporary folder can't be written.
 */
export async function openPipes(count: number): Promise<Pipe[]> {
  const folder = mkdtempSync(join(tmpdir(), "ngatu-camera-"));
  const pipes: Pipe[] = [];
  try {
    const paths = Array.from({ length: count }, (_, index) => join(folder, String(index)));
    await run("mkfifo", ["-m", "600", ...paths], { timeout: 5000 });
    for (const path of paths) {
      // Opened for both, a FIFO never blocks; with it open, neither do the one-way ends.
      const both = openSync(path, constants.O_RDWR);
      pipes.push({ read: openSync(path, constants.O_RDONLY), write: openSync(path, constants.O_WRONLY) });
      closeSync(both);
    }
    return pipes;
  } catch (error) {
    for (const pipe of pipes) closePipe(pipe);
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function closePipe(pipe: Pipe): void {
  closeSync(pipe.read);
  closeSync(pipe.write);
}
