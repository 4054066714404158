// Memory of a process and all its descendants, from /proc.
import { readdirSync, readFileSync } from "node:fs";

const PAGE_BYTES = 4096;

/** Resident memory of `pid` and every process below it, in MB; pages that processes share are counted for each. */
export function treeMemoryMb(pid: number): number {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    const child = Number(name);
    if (!Number.isInteger(child)) continue;
    const parent = parentOf(child);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  let pages = 0;
  const queue = [pid];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    pages += residentPages(next);
    queue.push(...(children.get(next) ?? []));
  }
  return (pages * PAGE_BYTES) / 1e6;
}

/** Field 4 of `stat`; the name before it is in parentheses and may hold anything. */
function parentOf(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const parent = Number(
    stat
      ?.slice(stat.lastIndexOf(")") + 1)
      .trim()
      .split(" ")[1],
  );
  return Number.isInteger(parent) ? parent : undefined;
}

function residentPages(pid: number): number {
  return Number(read(`/proc/${pid}/statm`)?.split(" ")[1] ?? 0);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // it ended meanwhile
  }
}
