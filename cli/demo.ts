// `ngatu demo`: the whole system on sample video, for somebody who wants to see it; with --check it plays the officer and judges.
import type { Command } from "commander";
import { cacheFolder } from "../config/cache-folder.ts";
import { checkDemo } from "./demo/judge.ts";
import { startDemo, type DemoSystem } from "./demo/system.ts";
import { shortcomings } from "./demo/verdict.ts";
import { wholeNumber } from "./option.ts";
import { ensurePrograms } from "./setup/programs.ts";
import { showProgress } from "./setup/progress.ts";

interface Options {
  readonly check?: number;
  readonly json?: true;
  readonly port?: number;
  readonly keep?: true;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function registerDemo(program: Command): void {
  program
    .command("demo")
    .description("everything at once on sample video / chạy toàn bộ hệ thống trên đoạn phim mẫu")
    .option(
      "--check <seconds>",
      "confirm cases, compare every stage's figures, and end; exit status 0 when all agree",
      wholeNumber(1, 86_400),
    )
    .option("--json", "with --check: one JSON object on standard output")
    .option("--port <port>", "port of the screen; any free one by default", wholeNumber(0, 65_535))
    .option("--keep", "keep the run's data folder")
    .action(demo);
}

async function demo(options: Options): Promise<void> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  for (const signal of SIGNALS) process.once(signal, stop);
  try {
    await runDemo(options, stopping.signal);
  } catch (cause) {
    if (!stopping.signal.aborted) throw cause; // told to stop while something was under way: that is no fault
    process.exitCode = 130;
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

async function runDemo(options: Options, signal: AbortSignal): Promise<void> {
  const cache = cacheFolder();
  const progress = showProgress();
  let firstEventS: number | undefined;
  await ensurePrograms(["ffmpeg", "mosquitto"], { cache, progress, signal });
  const system = await startDemo({
    ...{ cache, progress, signal },
    port: options.port ?? 0,
    onFirstEvent: () => {
      firstEventS = secondsSinceStart();
      say(`first event stored after ${firstEventS.toFixed(1)} s`);
    },
  });
  let keep = options.keep === true;
  try {
    for (const note of system.notes) say(note);
    say(`screen / màn hình: ${system.link}  (signs in once / đăng nhập một lần)`);
    const { name, password } = system.person;
    say(`later / lần sau: ${system.url}  ${name}  ${password}  (this machine only / chỉ trên máy này)`);
    if (options.check === undefined) await untilAborted(signal);
    else
      keep = !(await check(system, options.check, options.json === true, () => firstEventS, signal)) || keep;
  } finally {
    say("stopping …");
    const kept = await system.stop(keep);
    if (kept !== undefined) say(`data and log are kept in ${kept}`);
  }
}

/** Whether everything agreed. */
async function check(
  system: DemoSystem,
  seconds: number,
  json: boolean,
  firstEventS: () => number | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const figures = await checkDemo({ system, seconds, firstEventS, signal });
  const faults = shortcomings(figures);
  const result = faults.length === 0 ? figures : { ...figures, faults };
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else for (const [key, value] of Object.entries(result)) process.stdout.write(`${key}: ${String(value)}\n`);
  for (const fault of faults) say(`check failed: ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
  return faults.length === 0;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Since the launcher was called, installing included; since this process started when it was not. */
function secondsSinceStart(): number {
  const launchedS = Number(process.env["NGATU_LAUNCHED_AT"]);
  return launchedS > 0 ? Date.now() / 1000 - launchedS : process.uptime();
}

function say(line: string): void {
  process.stderr.write(`ngatu: ${line}\n`);
}
