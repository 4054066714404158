// What a process and its children use, as Linux counts it: processor time, memory, descriptors.
import { readdirSync, readFileSync } from "node:fs";

export interface ProcessUse {
  /** Since the processes began, seconds of one core. */
  readonly cpuS: number;
  /** Memory of its own (Pss where readable counts shared pages once), MB. */
  readonly memoryMb: number;
  readonly descriptors: number;
  readonly processes: number;
}

/** Clock ticks of /proc: 100 a second on every Linux that Node runs on. */
const TICKS_PER_S = 100;

/** Zeros when the process is gone. */
export function useOf(pid: number | undefined): ProcessUse {
  if (pid === undefined) return { cpuS: 0, memoryMb: 0, descriptors: 0, processes: 0 };
  const pids = familyOf(pid);
  const sum = (of: (pid: number) => number): number => pids.reduce((total, one) => total + of(one), 0);
  return {
    cpuS: sum(cpuS),
    memoryMb: sum(memoryMb),
    descriptors: sum((one) => orGone(() => readdirSync(`/proc/${one}/fd`).length)),
    processes: pids.length,
  };
}

function familyOf(root: number): number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name): [number, number] => [Number(name), orGone(() => Number(fields(Number(name))[1]))]);
  const family = [root];
  for (let index = 0; index < family.length; index++) {
    family.push(...parents.filter(([, parent]) => parent === family[index]).map(([pid]) => pid));
  }
  return family;
}

/** Fields of `stat` after the name, which may contain anything: state, parent, … (proc(5)). */
function fields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function cpuS(pid: number): number {
  return orGone(() => {
    const all = fields(pid);
    return (Number(all[11]) + Number(all[12])) / TICKS_PER_S;
  });
}

function memoryMb(pid: number): number {
  return orGone(() => {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1024;
  });
}

/** A process may end between being listed and being read. */
function orGone(read: () => number): number {
  try {
    return read();
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return 0;
    throw error;
  }
}
