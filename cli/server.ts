// `ngatu server`: ingest, store, forward, interface and screen of one centre, until it is told to stop.
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { pino } from "pino";
import { loadServer } from "../config/load.ts";
import { createServer } from "../server/server.ts";
import { checkoutRoot } from "./checkout.ts";

export function registerServer(program: Command): void {
  program
    .command("server")
    .description("run the centre: read events, store, forward, serve the screen / chạy máy chủ trung tâm")
    .requiredOption("--config <file>", "server.yaml")
    .action(async ({ config: file }: { config: string }) => {
      const config = loadServer(file).value;
      const log = pino({ level: config.log ?? "info" }, pino.destination(2));
      const screen = join(checkoutRoot(), "dist", "screen");
      const server = createServer(config, {
        log,
        databaseUrl: process.env["DATABASE_URL"],
        screenFolder: existsSync(screen) ? screen : undefined,
      });
      const stopping = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
      const starting = server.start();
      // Told to stop while it waits for a database: the fault of the start that is broken off interests nobody.
      if (await Promise.race([starting.then(() => true), stopping.then(() => false)])) {
        process.stdout.write(`${server.url}\n`);
        await stopping;
      } else starting.catch(() => undefined);
      await server.stop();
    });
}
