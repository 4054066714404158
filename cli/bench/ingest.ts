// `ngatu bench ingest`: events a second from publication to committed row, beside what broker and database can do alone.
import type { Command } from "commander";
import { pino } from "pino";
import { Rig } from "./delivery/rig.ts";
import { measureIngest } from "./ingest/measure.ts";

const BOXES = ["box-1", "box-2", "box-3", "box-4"];

export function registerBenchIngest(bench: Command): void {
  bench
    .command("ingest")
    .description("events a second into the database, beside the limits of broker and database alone")
    .option("--events <n>", "how many are measured", "100000")
    .option("--json", "print one JSON object")
    .action(async ({ events, json }: { events: string; json?: boolean }) => {
      const log = pino({ level: process.env["NGATU_LOG"] ?? "fatal" }, pino.destination(2));
      const rig = new Rig({ boxes: BOXES, servers: 1, eventsPerSecond: 0, log });
      try {
        await rig.start();
        const figures = await measureIngest(rig, BOXES, Number(events));
        process.stdout.write(
          json === true
            ? `${JSON.stringify(figures)}\n`
            : Object.entries(figures)
                .map(([name, value]) => `${name.padEnd(16)} ${value}\n`)
                .join(""),
        );
      } finally {
        await rig.stop();
      }
    });
}
