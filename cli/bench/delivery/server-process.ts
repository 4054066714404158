// A server as a process that can be killed, over a database and a broker that others run.
import { once } from "node:events";
import { pino } from "pino";
import type { ServerConfig } from "../../../config/server.ts";
import { createServer } from "../../../server/server.ts";

/** Given as JSON in the first argument. */
export interface ServerProcessOptions {
  readonly config: ServerConfig;
  readonly databaseUrl: string;
}

const { config, databaseUrl } = JSON.parse(process.argv[2] ?? "{}") as ServerProcessOptions;
const log = pino({ level: process.env["NGATU_LOG"] ?? "fatal" }, pino.destination(2));
const server = createServer(config, { log, databaseUrl });
await server.start();
process.stdout.write(`${server.url}\n`);
await once(process, "SIGTERM");
await server.stop();
process.exit(0);
