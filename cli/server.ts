// `ngatu server`: ingest, store, forward, interface and screen of one centre, until it is told to stop.
import { once } from "node:events";
import type { Command } from "commander";
import { pino } from "pino";
import { loadServer } from "../config/load.ts";
import { createServer } from "../server/server.ts";
import type { OneTimePassword } from "../server/people/first-administrator.ts";
import { screenFolder } from "./screen-folder.ts";

/** To the terminal and nowhere else; good for one sign-in within a day. */
function showOnce({ name, password }: OneTimePassword): void {
  process.stdout.write(
    `first sign-in / đăng nhập lần đầu: ${name}  one-time password / mật khẩu dùng một lần: ${password}\n`,
  );
}

export function registerServer(program: Command): void {
  program
    .command("server")
    .description("run the centre: read events, store, forward, serve the screen / chạy máy chủ trung tâm")
    .requiredOption("--config <file>", "server.yaml")
    .action(async ({ config: file }: { config: string }) => {
      const config = loadServer(file).value;
      const log = pino({ level: config.log ?? "info" }, pino.destination(2));
      let first: OneTimePassword | undefined;
      const server = createServer(config, {
        log,
        databaseUrl: process.env["DATABASE_URL"],
        screenFolder: screenFolder(),
        onFirstAdministrator: (made) => (first = made),
      });
      const stopping = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
      const starting = server.start();
      // Told to stop while it waits for a database: the fault of the start that is broken off interests nobody.
      if (await Promise.race([starting.then(() => true), stopping.then(() => false)])) {
        process.stdout.write(`${server.url}\n`);
        if (first !== undefined) showOnce(first);
        await stopping;
      } else starting.catch(() => undefined);
      await server.stop();
    });
}
