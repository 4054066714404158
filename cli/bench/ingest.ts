// `ngatu bench ingest`: events a second from publication to committed row, beside what broker and database can do alone.
import type { Command } from "commander";
import { pino } from "pino";
import { Rig } from "./delivery/rig.ts";
import { measureManyBoxes } from "./ingest/many-boxes.ts";
import { measureIngest } from "./ingest/measure.ts";

const BOXES = ["box-1", "box-2", "box-3", "box-4"];

interface IngestOptions {
  readonly events: string;
  readonly boxes?: string;
  readonly seconds: string;
  readonly json?: boolean;
}

export function registerBenchIngest(bench: Command): void {
  bench
    .command("ingest")
    .description("events a second into the database, beside the limits of broker and database alone")
    .option("--events <n>", "how many are measured", "100000")
    .option("--boxes <n>", "instead: what this many quiet boxes cost, and all of them reconnecting at once")
    .option("--seconds <s>", "how long the quiet boxes are watched", "30")
    .option("--json", "print one JSON object")
    .action(async ({ events, boxes, seconds, json }: IngestOptions) => {
      const log = pino({ level: process.env["NGATU_LOG"] ?? "fatal" }, pino.destination(2));
      const many = Array.from({ length: Number(boxes ?? 0) }, (_, index) => `box-${index + 1}`);
      const names = many.length === 0 ? BOXES : many;
      const rig = new Rig({ boxes: names, servers: 1, eventsPerSecond: 0, log });
      try {
        await rig.start();
        const figures =
          many.length === 0
            ? await measureIngest(rig, names, Number(events))
            : await measureManyBoxes(rig, names, Number(seconds));
        process.stdout.write(
          json === true
            ? `${JSON.stringify(figures)}\n`
            : Object.entries(figures)
                .map(([name, value]) => `${name.padEnd(20)} ${JSON.stringify(value)}\n`)
                .join(""),
        );
      } finally {
        await rig.stop();
      }
    });
}
