// A box without cameras, as a process that can be killed: makes events into its outbox and publishes them.
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import { DiskFullError } from "../../../edge/outbox/database.ts";
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
  /** Held, since the server has not acknowledged them. */
  readonly waiting: number;
  readonly epoch: string;
  /** Events that found the disk full, and were made again later. */
  readonly refused: number;
}

const TICK_MS = 50;
const MOST_AT_ONCE = 500;

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
const order = { resting: false, clockMs: 0 };
let refused = 0;

// `rest` ends the making of events; `clock MS` sets this box's clock ahead or, negative, back.
createInterface(process.stdin).on("line", (line) => {
  const [word, value] = line.split(" ");
  if (word === "rest") order.resting = true;
  if (word === "clock") order.clockMs = Number(value);
});

publisher.start();
const startedMs = performance.now();
for (let made = 0, tick = 0; ; tick++) {
  const due = Math.floor(((performance.now() - startedMs) / 1_000) * options.eventsPerSecond);
  if (!order.resting && due > made) made += append(Math.min(due - made, MOST_AT_ONCE));
  if (tick % 2 === 0) {
    const report: BoxReport = {
      accepted: outbox.lastSequence,
      waiting: outbox.figures.rows,
      epoch: outbox.epoch,
      refused,
    };
    process.stdout.write(`${JSON.stringify(report)}\n`);
  }
  await delay(TICK_MS);
}

/** Each event carries the sequence that it will get, so that the stored order can be checked. */
function append(count: number): number {
  const first = outbox.lastSequence + 1;
  const timeMs = Date.now() + order.clockMs;
  const events = Array.from({ length: count }, (_, index) => sampleEvent(options.box, first + index, timeMs));
  try {
    outbox.append(events);
    return count;
  } catch (error) {
    if (!(error instanceof DiskFullError)) throw error;
    refused += count;
    return 0;
  }
}
