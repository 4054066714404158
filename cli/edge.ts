// `ngatu edge`: runs one box until it is told to stop.
import { on } from "node:events";
import type { Command } from "commander";
import { type Logger, pino } from "pino";
import { cacheFolder } from "../config/cache-folder.ts";
import { loadBox } from "../config/load.ts";
import { Box } from "../edge/box.ts";
import { planBox } from "../edge/box-plan.ts";

export function registerEdge(program: Command, version: string): void {
  program
    .command("edge")
    .description("run one box: its cameras, analyses, watch list and outbox / chạy một thiết bị biên")
    .requiredOption("--config <box.yaml>", "the box's configuration; its paths are relative to it")
    .action(async (options: { config: string }) => edge(options.config, version));
}

async function edge(config: string, version: string): Promise<void> {
  const plan = planBox(config, process.env);
  const log = pino({ name: "edge", level: plan.config.log ?? "info" });
  const box = new Box(plan, { cache: cacheFolder(), version, env: process.env, log });
  const stopping = new AbortController();
  const told = new Promise<string>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  // Heard from now on, so that one that comes while the box starts isn't its end.
  const hangups = on(process, "SIGHUP", { signal: stopping.signal });
  let following: Promise<void> | undefined;
  try {
    await box.start();
    following = followDetector(box, config, hangups, log, stopping.signal);
    log.info({ signal: await told }, "stopping");
  } finally {
    stopping.abort();
    await box.stop();
    await following;
  }
}

/** At each SIGHUP the detector that `box.yaml` names by then. A fault is told, and the box goes on as it was. */
async function followDetector(
  box: Box,
  config: string,
  hangups: AsyncIterator<unknown>,
  log: Logger,
  stopping: AbortSignal,
): Promise<void> {
  try {
    // Those that came before the stop are still in the queue after it.
    while ((await hangups.next()).done !== true && !stopping.aborted) await changeDetector(box, config, log);
  } catch (error) {
    if ((error as Error).name !== "AbortError") throw error;
  }
}

async function changeDetector(box: Box, config: string, log: Logger): Promise<void> {
  try {
    await box.changeDetector(loadBox(config).value.inference?.detector);
  } catch (error) {
    log.error({ err: error }, "SIGHUP: the detector stays as it was");
  }
}
