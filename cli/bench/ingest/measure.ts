// Measures ingest and, in the same run, its two limits: the database alone and the broker alone.
import { setTimeout as delay } from "node:timers/promises";
import type { Envelope } from "../../../contract/event.ts";
import { workerFile } from "../../../edge/worker-file.ts";
import { NewEvent } from "../../../server/store/new-event.ts";
import { writeBatch } from "../../../server/store/write-batch.ts";
import { Child } from "../delivery/child.ts";
import type { Rig } from "../delivery/rig.ts";
import { sampleEvent } from "../delivery/sample-event.ts";
import { quantile } from "../quantile.ts";
import { LoadBox } from "./load.ts";
import { MemoryPeak } from "./memory-peak.ts";
import { useOf } from "./process-use.ts";

export interface IngestFigures {
  readonly events: number;
  /** From the first publication to the last acknowledged commit. */
  readonly events_per_s: number;
  /** The same kind of rows by the same statements in batches of 500, nothing else running. */
  readonly postgres_per_s: number;
  /** The same messages through the same broker to a subscriber that does nothing. */
  readonly broker_per_s: number;
  /** Ingest ÷ the slower of the two limits: the median of the rounds. */
  readonly ratio: number;
  /** Of each round: ingest and the database alone right after each other, so that other load weighs on both alike. */
  readonly ratios: readonly number[];
  /** From publishing to the acknowledgement, at half of `events_per_s`. */
  readonly p50_ms: number;
  readonly p99_ms: number;
  /** The server process's peak over the measured events, less its peak over the warm-up. */
  readonly rss_growth_mb: number;
  readonly rss_peak_mb: number;
  /** Microseconds of one core for an event: what load of others on the machine does not change much. */
  readonly cpu_us_per_event: Record<"server" | "broker" | "database" | "boxes", number>;
}

type Cpu = IngestFigures["cpu_us_per_event"];

interface Round {
  readonly seconds: number;
  /** Events a second. */
  readonly ingest: number;
  readonly postgres: number;
  /** What ingest alone used, seconds of one core. */
  readonly cpuS: Cpu;
}

/** Until the heap of the server process has once grown as far as it lets it grow, and been cleared (measured). */
const WARM_UP = 200_000;
const BATCH = 500;
const ROUNDS = 5;
/** Enough for the broker's limit to be steady. */
const LIMIT_EVENTS = 30_000;
const LIMIT_BATCHES_A_ROUND = 16;
const LATENCY_S = 8;

export async function measureIngest(
  rig: Rig,
  boxes: readonly string[],
  events: number,
): Promise<IngestFigures> {
  const loads = await Promise.all(
    boxes.map((box, index) => LoadBox.connect(box, `00000000000000${index + 10}`, rig.broker.access(box))),
  );
  const server = rig.servers[0];
  if (server?.pid === undefined) throw new Error("the server to be measured is not running");
  const memory = new MemoryPeak(server.pid);
  memory.start();
  await publishAll(loads, WARM_UP, Number.POSITIVE_INFINITY);
  const warmMb = memory.take();
  const rounds: Round[] = [];
  for (let index = 0; index < ROUNDS; index++)
    rounds.push(await measureRound(rig, loads, events / ROUNDS, index));
  const rate = events / sum(rounds, ({ seconds }) => seconds);
  const peakMb = memory.take();
  memory.stop();

  for (const load of loads) load.latenciesMs.length = 0;
  await publishAll(loads, Math.round((rate / 2) * LATENCY_S), rate / 2);
  const latencies = loads.flatMap((load) => load.latenciesMs);

  await server.end("SIGTERM");
  const broker = await brokerAlone(rig, loads);
  for (const load of loads) await load.end();
  const perEvent = (of: (cpu: Cpu) => number): number =>
    round((sum(rounds, ({ cpuS }) => of(cpuS)) / events) * 1e6, 0);
  const ratios = rounds.map(({ ingest, postgres }) => round(ingest / Math.min(postgres, broker), 2));
  return {
    events,
    events_per_s: Math.round(rate),
    postgres_per_s: Math.round(
      quantile(
        rounds.map(({ postgres }) => postgres),
        0.5,
      ),
    ),
    broker_per_s: Math.round(broker),
    ratio: quantile(ratios, 0.5),
    ratios,
    p50_ms: round(quantile(latencies, 0.5), 1),
    p99_ms: round(quantile(latencies, 0.99), 1),
    rss_growth_mb: round(peakMb - warmMb, 1),
    rss_peak_mb: round(peakMb, 1),
    cpu_us_per_event: {
      server: perEvent(({ server: s }) => s),
      broker: perEvent(({ broker: s }) => s),
      database: perEvent(({ database: s }) => s),
      boxes: perEvent(({ boxes: s }) => s),
    },
  };
}

async function measureRound(
  rig: Rig,
  loads: readonly LoadBox[],
  events: number,
  index: number,
): Promise<Round> {
  const before = cpuSeconds(rig);
  const seconds = await publishAll(loads, events, Number.POSITIVE_INFINITY);
  const after = cpuSeconds(rig);
  return {
    seconds,
    ingest: events / seconds,
    postgres: await postgresAlone(rig, index * LIMIT_BATCHES_A_ROUND),
    cpuS: {
      server: after.server - before.server,
      broker: after.broker - before.broker,
      database: after.database - before.database,
      boxes: after.boxes - before.boxes,
    },
  };
}

function cpuSeconds(rig: Rig): Cpu {
  const own = process.cpuUsage();
  return {
    server: useOf(rig.servers[0]?.pid).cpuS,
    broker: useOf(rig.broker.pid).cpuS,
    database: useOf(rig.postgres.pid).cpuS,
    boxes: (own.user + own.system) / 1e6,
  };
}

/** Seconds from the first publication until all are acknowledged. */
async function publishAll(loads: readonly LoadBox[], events: number, perSecond: number): Promise<number> {
  const startedMs = performance.now();
  const each = Math.ceil(events / loads.length);
  await Promise.all(loads.map((load) => load.publish(each, perSecond / loads.length, true)));
  while (loads.some((load) => load.unacknowledged > 0)) await delay(5);
  return (performance.now() - startedMs) / 1_000;
}

async function brokerAlone(rig: Rig, loads: readonly LoadBox[]): Promise<number> {
  const subscriber = new Child(workerFile(import.meta.url, "idle-subscriber"), rig.broker.access("server"));
  subscriber.start();
  while (subscriber.lastLine === undefined) await delay(20);
  const each = Math.ceil(LIMIT_EVENTS / loads.length);
  const startedMs = performance.now();
  await Promise.all(loads.map((load) => load.publish(each, Number.POSITIVE_INFINITY, false)));
  while (Number(subscriber.lastLine) < each * loads.length) await delay(5);
  const perSecond = (each * loads.length) / ((performance.now() - startedMs) / 1_000);
  await subscriber.end("SIGTERM");
  return perSecond;
}

/** Rows a second into the same tables by the same statements, in full batches; `first` is how many came before. */
async function postgresAlone(rig: Rig, first: number): Promise<number> {
  const batches = Array.from({ length: LIMIT_BATCHES_A_ROUND }, (_, batch) =>
    Array.from({ length: BATCH }, (_unused, index) => newEvent((first + batch) * BATCH + index + 1)),
  );
  const startedMs = performance.now();
  for (const events of batches) await writeBatch(rig.db, { events, quarantined: [] }, () => []);
  return (LIMIT_BATCHES_A_ROUND * BATCH) / ((performance.now() - startedMs) / 1_000);
}

function newEvent(sequence: number): NewEvent {
  const event: Envelope = { ...sampleEvent("straight", sequence), sequence, epoch: "00000000000000ff" };
  return new NewEvent(event, Buffer.from(JSON.stringify(event)));
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
