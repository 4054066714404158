// The two limits of an edge box, each alone: decoding by ffmpeg, and the float network on one thread.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { workerFile } from "../../../edge/worker-file.ts";
import type { ReadyModel } from "../../../models/ready-model.ts";

const run = promisify(execFile);
const TIMEOUT_MS = 300_000;

/** Processor time of decoding the whole file on one thread and throwing the pictures away, ms. */
export async function decodeCpuMs(file: string): Promise<number> {
  const args = ["-nostdin", "-hide_banner", "-benchmark", "-threads", "1", "-i", file, "-f", "null", "-"];
  const { stderr } = await run("ffmpeg", args, { timeout: TIMEOUT_MS });
  return benchmarkMs(stderr);
}

/** Reads the line that ffmpeg's -benchmark ends with. */
export function benchmarkMs(log: string): number {
  const [, user, system] = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(log) ?? [];
  if (user === undefined || system === undefined) throw new Error("ffmpeg gave no figures for -benchmark");
  return (Number(user) + Number(system)) * 1000;
}

/** Processor time of one inference by a process that does nothing else, ms. */
export async function inferenceCpuMs(model: ReadyModel): Promise<number> {
  const program = fileURLToPath(workerFile(import.meta.url, "inference-process"));
  const { stdout } = await run(process.execPath, [program, JSON.stringify(model)], { timeout: TIMEOUT_MS });
  return Number(stdout);
}
