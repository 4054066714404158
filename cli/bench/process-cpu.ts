// Processor time of a process and all that it started, from /proc. Linux only.
import { readdirSync, readFileSync } from "node:fs";

/** Linux counts a process's CPU in hundredths of a second on every machine we run on, ms. */
const TICK_MS = 10;

/** What `pid` and its descendants have used so far, those that have ended and were waited for among them, ms. */
export function treeCpuMs(pid: number): number {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync("/proc")) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : undefined;
    if (stat !== undefined) stats.set(Number(name), stat);
  }
  let ticks = 0;
  for (const [one, stat] of stats) if (descendsFrom(one, pid, stats)) ticks += stat.ticks;
  return ticks * TICK_MS;
}

interface Stat {
  readonly parent: number;
  /** User and system time, its own and that of children that it has waited for. */
  readonly ticks: number;
}

/** The fields of proc(5)'s stat behind the name, which stands in parentheses and may hold anything. */
export function parseStat(text: string): Stat {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
  return { parent: Number(fields[1]), ticks };
}

function readStat(pid: number): Stat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return undefined; // gone meanwhile
  }
}

function descendsFrom(pid: number, ancestor: number, stats: ReadonlyMap<number, Stat>): boolean {
  for (let at = pid; at > 1; at = stats.get(at)?.parent ?? 0) if (at === ancestor) return true;
  return false;
}
