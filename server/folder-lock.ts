// A folder that only one running process may use: a file that names it, worthless once that process is gone.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Another running process uses the folder. */
export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError";
  readonly pid: number;

  constructor(folder: string, pid: number) {
    super(`${folder} is in use by process ${pid}`);
    this.pid = pid;
  }
}

const NAME = "in-use-by";

/** Takes the folder; the function returned gives it back. Throws {@link FolderInUseError}. */
export function lockFolder(folder: string): () => void {
  const file = join(folder, NAME);
  const mine = `${process.pid} ${startOf(process.pid) ?? ""}`;
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: "wx", mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = readFileSync(file, "utf8");
    const [pid = "", start] = holder.split(" ");
    if (startOf(Number(pid)) === start && start !== "") throw new FolderInUseError(folder, Number(pid));
    rmSync(file, { force: true });
  }
}

/** Who uses a folder: a running process, one that is gone without giving it back, or nobody that we know of. */
export function holderOf(folder: string): "running" | "gone" | "unknown" {
  let holder: string;
  try {
    holder = readFileSync(join(folder, NAME), "utf8");
  } catch {
    return "unknown"; // not locked yet, another user's, or removed meanwhile
  }
  const [pid = "", start = ""] = holder.split(" ");
  return start !== "" && startOf(Number(pid)) === start ? "running" : "gone";
}

/** When a process started, in kernel ticks since boot: with the pid it names one process. Undefined when it is gone. */
export function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in brackets may hold spaces; the 22nd field is the 20th after it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
