// `ngatu edge`: runs one box until it is told to stop.
import type { Command } from "commander";
import { pino } from "pino";
import { cacheFolder } from "../config/cache-folder.ts";
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
  const told = new Promise<string>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  try {
    await box.start();
    log.info({ signal: await told }, "stopping");
  } finally {
    await box.stop();
  }
}
