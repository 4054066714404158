// What a thousand quiet boxes cost server, broker and database: in calm, and when all reconnect at once.
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import type { Rig } from "../delivery/rig.ts";
import { type ProcessUse, useOf } from "./process-use.ts";
import { QuietBox } from "./quiet-box.ts";

interface PartUse {
  /** Cores kept busy. */
  readonly cores: number;
  readonly memory_mb: number;
  readonly descriptors: number;
  readonly processes: number;
}

export interface ManyBoxesFigures {
  readonly boxes: number;
  readonly events: number;
  /** Events produced and not stored at the end. */
  readonly lost: number;
  readonly live_per_s: number;
  readonly calm: Record<Part, PartUse>;
  /** From the cut of every connection until every box is online again and all its events are stored. */
  readonly storm_s: number;
  readonly storm: Record<Part, PartUse>;
}

type Part = "server" | "broker" | "database";

const EVENTS_PER_BOX_AND_S = 5 / 60;
/** Connections that are being made at a time, when the boxes first start. */
const STARTING = 50;

export async function measureManyBoxes(
  rig: Rig,
  names: readonly string[],
  seconds: number,
): Promise<ManyBoxesFigures> {
  const boxes = names.map((name) => new QuietBox(name, rig.broker.access(name)));
  for (let first = 0; first < boxes.length; first += STARTING) {
    await Promise.all(boxes.slice(first, first + STARTING).map((box) => box.connect()));
  }
  let before = use(rig);
  let startedMs = performance.now();
  await live(boxes, seconds);
  const calm = difference(before, use(rig), (performance.now() - startedMs) / 1_000);

  before = use(rig);
  startedMs = performance.now();
  for (const box of boxes) {
    box.cut();
    box.makeEvent();
  }
  await Promise.all(boxes.map((box) => box.connect()));
  while (boxes.some((box) => box.unacknowledged > 0)) await delay(20);
  const stormS = (performance.now() - startedMs) / 1_000;
  const storm = difference(before, use(rig), stormS);

  const produced = boxes.reduce((sum, box) => sum + box.produced, 0);
  const { rows } = await sql<{ stored: string }>`SELECT count(*) AS stored FROM events`.execute(rig.db);
  await Promise.all(boxes.map((box) => box.end()));
  return {
    boxes: boxes.length,
    events: produced,
    lost: produced - Number(rows[0]?.stored ?? 0),
    live_per_s: boxes.length,
    calm,
    storm_s: Math.round(stormS * 10) / 10,
    storm,
  };
}

/** Each box has its own moment in each second, and its own in each twelve seconds. */
async function live(boxes: readonly QuietBox[], seconds: number): Promise<void> {
  const startedMs = performance.now();
  for (let turn = 0; turn < boxes.length * seconds; turn++) {
    const dueMs = startedMs + (turn / boxes.length) * 1_000;
    if (dueMs > performance.now()) await delay(dueMs - performance.now());
    const box = boxes[turn % boxes.length];
    box?.sendLive();
    const second = Math.floor(turn / boxes.length) + (turn % boxes.length);
    if (second % Math.round(1 / EVENTS_PER_BOX_AND_S) === 0) box?.makeEvent();
  }
  while (boxes.some((box) => box.unacknowledged > 0)) await delay(20);
}

function use(rig: Rig): Record<Part, ProcessUse> {
  return {
    server: useOf(rig.servers[0]?.pid),
    broker: useOf(rig.broker.pid),
    database: useOf(rig.postgres.pid),
  };
}

function difference(
  before: Record<Part, ProcessUse>,
  after: Record<Part, ProcessUse>,
  seconds: number,
): Record<Part, PartUse> {
  const part = (name: Part): PartUse => ({
    cores: Math.round(((after[name].cpuS - before[name].cpuS) / seconds) * 1_000) / 1_000,
    memory_mb: Math.round(after[name].memoryMb),
    descriptors: after[name].descriptors,
    processes: after[name].processes,
  });
  return { server: part("server"), broker: part("broker"), database: part("database") };
}
