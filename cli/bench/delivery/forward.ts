// `ngatu bench delivery --forward`: destinations that fail, hang, lie or are away for days beside two that are well.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { Envelope } from "../../../contract/event.ts";
import { Feed } from "../../../server/alert/feed.ts";
import { Forwarder } from "../../../server/forward/forwarder.ts";
import { EmbeddedPostgres } from "../../../server/postgres.ts";
import { createAuditTrail } from "../../../server/store/audit-repository.ts";
import { createCasesRepository } from "../../../server/store/cases-repository.ts";
import { type Database, openDatabase } from "../../../server/store/database.ts";
import { createForwardsRepository } from "../../../server/store/forwards-repository.ts";
import { migrate } from "../../../server/store/migrate.ts";
import { NewEvent } from "../../../server/store/new-event.ts";
import { writeBatch } from "../../../server/store/write-batch.ts";
import { type Conduct, type Receiver, startReceiver } from "./receiver.ts";
import { sampleEvent } from "./sample-event.ts";

export interface ForwardFigures {
  /** Events that a destination wanted and does not have at the end, over all destinations. */
  readonly lost: number;
  /** Distinct events taken, over all destinations. */
  readonly delivered: number;
  /** From the commit to the arrival, at the destinations that are well. */
  readonly other_destinations_delay_p99_ms: number;
  readonly other_destinations_delay_p50_ms: number;
  /** Whether each subject's events arrived in order everywhere. */
  readonly order_kept: boolean;
  /** Rows that were given up after days and then replayed. */
  readonly replayed: number;
  readonly destinations: Record<string, { conduct: Conduct; wanted: number; taken: number; refused: number }>;
}

export interface ForwardOptions {
  readonly events: number;
  readonly perSecond: number;
  readonly log: Logger;
}

const SECRET = `whsec_${Buffer.from("for this benchmark alone").toString("base64")}`;
const CONDUCTS: Readonly<Record<string, Conduct>> = {
  centre: "well",
  police: "well",
  failing: "fails",
  hanging: "hangs",
  lying: "lies",
  "away-a-day": "away",
  "away-a-week": "away",
};
/** How long each destination's outage lasts by its own clock, run in steps while the events flow. */
const OUTAGE_MS: Readonly<Record<string, number>> = {
  "away-a-day": 24 * 3_600_000,
  "away-a-week": 7 * 24 * 3_600_000,
};
const STEPS = 24;
const SUBJECTS = 40;
const TIMEOUT_MS = 1_000;
const SETTLE_MS = 180_000;

interface Lane {
  readonly name: string;
  readonly receiver: Receiver;
  readonly forwards: ReturnType<typeof createForwardsRepository>;
  readonly forwarder: Forwarder;
  readonly clock: { aheadMs: number };
}

export async function measureForward(options: ForwardOptions): Promise<ForwardFigures> {
  const folder = mkdtempSync(join(tmpdir(), "ngatu-forward-"));
  chmodSync(folder, 0o711);
  const postgres = new EmbeddedPostgres(join(folder, "postgresql"), options.log);
  await postgres.start();
  const opened = openDatabase(postgres.connection, options.log);
  const lanes: Lane[] = [];
  try {
    await migrate(opened.db);
    for (const [name, conduct] of Object.entries(CONDUCTS)) {
      lanes.push(await openLane(opened.db, name, conduct, options.log));
    }
    return await run(opened.db, lanes, options);
  } finally {
    await Promise.all(lanes.map(({ forwarder }) => forwarder.stop()));
    await Promise.all(lanes.map(({ receiver }) => receiver.stop()));
    await opened.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openLane(db: Database, name: string, conduct: Conduct, log: Logger): Promise<Lane> {
  const receiver = await startReceiver(SECRET, conduct);
  const clock = { aheadMs: 0 };
  const forwards = createForwardsRepository(db, () => clock.aheadMs);
  const destination = { name, url: receiver.url, secret: () => SECRET, kinds: [], timeoutMs: TIMEOUT_MS };
  const cases = createCasesRepository(
    db,
    { destinationsFor: () => [], needsTwo: () => false, holdMs: 1 },
    createAuditTrail(db, Buffer.alloc(32)),
  );
  const forwarder = new Forwarder({ destination, forwards, cases, feed: new Feed(), log });
  forwarder.start();
  return { name, receiver, forwards, forwarder, clock };
}

async function run(db: Database, lanes: readonly Lane[], options: ForwardOptions): Promise<ForwardFigures> {
  const queuedMs = await flow(db, lanes, options);
  for (const { receiver } of lanes) receiver.conduct = "well";
  const replayed = await settle(lanes, queuedMs.size);
  const well = lanes.filter(({ name }) => CONDUCTS[name] === "well");
  const delays = well
    .flatMap(({ receiver }) => [...receiver.takenMs].map(([id, ms]) => ms - (queuedMs.get(id) ?? ms)))
    .sort((a, b) => a - b);
  const at = (share: number): number => Math.round(delays[Math.floor(delays.length * share)] ?? Number.NaN);
  const taken = lanes.map(({ receiver }) => receiver.takenMs.size);
  return {
    lost: lanes.length * queuedMs.size - taken.reduce((sum, count) => sum + count, 0),
    delivered: taken.reduce((sum, count) => sum + count, 0),
    other_destinations_delay_p99_ms: at(0.99),
    other_destinations_delay_p50_ms: at(0.5),
    // What was given up and replayed comes after what followed it: that is what giving up means.
    order_kept: lanes
      .filter(({ name }) => name !== "away-a-week")
      .every(({ receiver }) => inOrder(receiver, queuedMs)),
    replayed,
    destinations: Object.fromEntries(
      lanes.map(({ name, receiver }) => [
        name,
        {
          conduct: CONDUCTS[name] ?? "well",
          wanted: queuedMs.size,
          taken: receiver.takenMs.size,
          refused: receiver.refused,
        },
      ]),
    ),
  };
}

/** Commits one alert after another at an even pace, while clocks of those that are away run ahead; id to commit time. */
async function flow(
  db: Database,
  lanes: readonly Lane[],
  { events, perSecond }: ForwardOptions,
): Promise<Map<string, number>> {
  const queuedMs = new Map<string, number>();
  const names = lanes.map(({ name }) => name);
  const startedMs = performance.now();
  for (let index = 0; index < events; index++) {
    await delay(Math.max(startedMs + (index * 1_000) / perSecond - performance.now(), 0));
    const event: Envelope = {
      ...sampleEvent("box-1", index * 100 + 7),
      subject: `junction/crowd-over/plaza-${index % SUBJECTS}`,
      epoch: "00000000000000ff",
      sequence: index + 1,
    };
    const row = new NewEvent(event, Buffer.from(JSON.stringify(event)));
    await writeBatch(db, { events: [row], quarantined: [] }, () => names);
    queuedMs.set(event.id, performance.now());
    const step = Math.floor(((index + 1) / events) * STEPS) / STEPS;
    for (const { name, clock, forwarder } of lanes) {
      clock.aheadMs = step * (OUTAGE_MS[name] ?? 0);
      forwarder.wake();
    }
  }
  return queuedMs;
}

/** All are well again: clocks run on by their pauses, dead rows are replayed, until each has each. */
async function settle(lanes: readonly Lane[], wanted: number): Promise<number> {
  const replayed = new Set<string>();
  const deadline = performance.now() + SETTLE_MS;
  while (lanes.some(({ receiver }) => receiver.takenMs.size < wanted) && performance.now() < deadline) {
    for (const { name, forwards, receiver, clock } of lanes) {
      if (receiver.takenMs.size === wanted) continue;
      clock.aheadMs += 60_000;
      for (const { id } of await forwards.list({
        state: "dead",
        destination: name,
        sites: "all",
        limit: 500,
      })) {
        if ((await forwards.replay(id, "all")) !== undefined) replayed.add(id);
      }
    }
    await delay(250);
  }
  return replayed.size;
}

function inOrder({ order }: Receiver, queuedMs: ReadonlyMap<string, number>): boolean {
  return [...order.values()].every((ids) =>
    ids.every(
      (id, index) => index === 0 || (queuedMs.get(ids[index - 1] ?? "") ?? 0) <= (queuedMs.get(id) ?? 0),
    ),
  );
}
