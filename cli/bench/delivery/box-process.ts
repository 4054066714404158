// A box without cameras, as a process that can be killed: makes events into its outbox and publishes them.
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import { Outbox } from "../../../edge/outbox/outbox.ts";
import { Publisher } from "../../../edge/outbox/publisher.ts";
import { sampleEvent } from "./sample-event.ts";

/** Given as JSON in the first argument; a password is only ever named by its file. */
export interface BoxProcessOptions {
  readonly folder: string;
  readonly box: string;
  readonly broker: { readonly url: string; readonly username: string; readonly passwordFile: string };
  readonly eventsPerSecond: number;
  readonly resendMs: number;
}

/** A line on standard output, ten times a second. */
export interface BoxReport {
  /** Highest sequence accepted: as many events as this outbox has ever taken. */
  readonly accepted: number;
  readonly waiting: number;
  readonly epoch: string;
}

const TICK_MS = 50;

const options = JSON.parse(process.argv[2] ?? "{}") as BoxProcessOptions;
const log = pino({ level: process.env["NGATU_LOG"] ?? "fatal" }, pino.destination(2));
const outbox = new Outbox({ folder: options.folder, site: "bench", box: options.box });
const publisher = new Publisher({
  outbox,
  box: options.box,
  broker: options.broker,
  resendMs: options.resendMs,
  status: () => ({ version: "bench", contract: [1, 1], cameras: [] }),
  log,
});
let accepted = 0;
const order = { resting: false, ending: false };

createInterface(process.stdin).on("line", (line) => {
  if (line === "rest") order.resting = true;
  if (line === "end") order.ending = true;
});

publisher.start();
const startedAt = Date.now();
let made = 0;
for (let tick = 0; !order.ending; tick++) {
  const due = Math.floor(((Date.now() - startedAt) / 1_000) * options.eventsPerSecond);
  if (!order.resting && due > made) {
    const events = Array.from({ length: Math.min(due - made, 500) }, (_, index) =>
      sampleEvent(options.box, made + index),
    );
    for (const sequence of outbox.append(events)) accepted = sequence ?? accepted;
    made += events.length;
  }
  if (tick % 2 === 0) {
    const report: BoxReport = { accepted, waiting: outbox.figures.rows, epoch: outbox.epoch };
    process.stdout.write(`${JSON.stringify(report)}\n`);
  }
  await delay(TICK_MS);
}
await publisher.stop();
outbox.close();
process.exit(0);
