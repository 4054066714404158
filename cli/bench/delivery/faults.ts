// The faults that delivery must survive, each done to real parts while events flow.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import mqtt from "mqtt";
import { sql } from "kysely";
import { topics } from "../../../contract/topics.ts";
import type { BoxProcessOptions } from "./box-process.ts";
import { CuttableWire } from "./cut.ts";
import type { Rig } from "./rig.ts";
import type { RigBox } from "./rig-box.ts";

/** A fault made ready: how its box is started, what is done while it makes events, what is cleared up. */
export interface Fault {
  readonly change?: Partial<BoxProcessOptions>;
  /** `seconds` is how long it has. */
  readonly run: (box: RigBox, seconds: number) => Promise<void>;
  readonly clear?: () => Promise<void>;
}

const HOUR_MS = 3_600_000;

/** Does something again and again, at random times. */
async function atRandom(seconds: number, strike: () => void | Promise<void>): Promise<void> {
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; ) {
    await delay(300 + Math.random() * 1_700);
    await strike();
  }
}

export const FAULTS = {
  "box-killed": () => ({
    run: (box, seconds) =>
      atRandom(seconds, async () => {
        await box.kill();
        await box.up();
      }),
  }),
  "broker-killed": (rig) => ({ run: (_box, seconds) => atRandom(seconds, () => rig.killBroker()) }),
  "server-killed": (rig) => ({ run: (_box, seconds) => atRandom(seconds, () => rig.killServer(0)) }),
  "database-killed": (rig) => ({ run: (_box, seconds) => atRandom(seconds, () => rig.killDatabase()) }),
  "everything-killed": (rig) => ({
    run: (box, seconds) => {
      const strikes = [
        () => box.kill(),
        () => rig.killServer(0),
        () => rig.killBroker(),
        () => rig.killDatabase(),
      ] as const;
      return atRandom(seconds, () => strikes[Math.floor(Math.random() * strikes.length)]?.());
    },
  }),
  partition,
  "duplicate-delivery": () => ({ change: { resendMs: 20 }, run: (_box, seconds) => delay(seconds * 1_000) }),
  poison: (rig) => ({ run: (box, seconds) => poison(rig, box, seconds) }),
  "disk-full": (rig) => smallDisk(rig),
  "database-read-only": (rig) => ({ run: (_box, seconds) => readOnly(rig, seconds) }),
  "clock-stepped": () => ({
    run: async (box, seconds) => {
      for (const step of [HOUR_MS, -HOUR_MS, 0]) {
        box.tell(`clock ${step}`);
        await delay((seconds * 1_000) / 3);
      }
    },
  }),
  "box-reimaged": () => ({
    run: async (box, seconds) => {
      await delay((seconds * 1_000) / 2);
      await box.reimage();
      await box.producing();
      await delay((seconds * 1_000) / 2);
    },
  }),
  "server-frozen": (rig) => ({
    run: async (_box, seconds) => {
      rig.servers[1]?.signal("SIGSTOP");
      await delay(seconds * 1_000);
      rig.servers[1]?.signal("SIGCONT");
    },
  }),
} as const satisfies Record<string, (rig: Rig) => Fault | Promise<Fault>>;

/** As long as routers and mobile lines like to be away, unless a shorter form is asked for; at a rate that a box has. */
const PARTITION = { seconds: 120, fullFromSeconds: 8, eventsPerSecond: 300 };

async function partition(rig: Rig): Promise<Fault> {
  const wire = new CuttableWire(Number(new URL(rig.broker.url).port));
  await wire.start();
  return {
    change: {
      broker: { ...rig.broker.access("partition"), url: `mqtt://127.0.0.1:${wire.port}` },
      eventsPerSecond: PARTITION.eventsPerSecond,
    },
    run: async (_box, seconds) => {
      await delay(1_000);
      wire.cut();
      await delay((seconds < PARTITION.fullFromSeconds ? seconds : PARTITION.seconds) * 1_000);
      wire.heal();
      await delay(1_000);
    },
    clear: () => wire.stop(),
  };
}

/** Messages of every bad kind between the good ones, from the same box's account. */
async function poison(rig: Rig, box: RigBox, seconds: number): Promise<void> {
  const { url, username, passwordFile } = rig.broker.access(box.name);
  const client = await mqtt.connectAsync(url, {
    protocolVersion: 5,
    username,
    password: readFileSync(passwordFile, "utf8"),
  });
  const bad = [
    "",
    "null",
    '{"id":',
    "[".repeat(50_000),
    Buffer.from([0xff, 0xfe, 0xfd]),
    Buffer.alloc(900_000, "x"),
    JSON.stringify({ specversion: "1.0", type: "vn.ngatu.count.v1", data: {} }),
  ];
  const end = performance.now() + seconds * 1_000;
  for (let sent = 0; performance.now() < end; sent++) {
    await client.publishAsync(topics.event(box.name, "count"), bad[sent % bad.length] ?? "", { qos: 1 });
    await delay(20);
  }
  await client.endAsync();
}

/** A file system of a few megabytes for the outbox (needs root), and no server that would empty it. */
function smallDisk(rig: Rig): Fault {
  const folder = mkdtempSync(join(tmpdir(), "ngatu-small-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", folder]);
  return {
    change: { folder },
    run: async (_box, seconds) => {
      for (const server of rig.servers) await server.end("SIGKILL");
      await delay(seconds * 1_000);
      for (const server of rig.servers) server.start();
    },
    clear: () => {
      execFileSync("umount", ["--lazy", folder]);
      rmSync(folder, { recursive: true });
      return Promise.resolve();
    },
  };
}

async function readOnly(rig: Rig, seconds: number): Promise<void> {
  await delay(1_000);
  await sql.raw("ALTER SYSTEM SET default_transaction_read_only = on").execute(rig.db);
  await sql`SELECT pg_reload_conf()`.execute(rig.db);
  await delay(seconds * 1_000);
  await sql.raw("ALTER SYSTEM RESET default_transaction_read_only").execute(rig.db);
  await sql`SELECT pg_reload_conf()`.execute(rig.db);
}

export type FaultName = keyof typeof FAULTS;

/** Faults that this machine can't do, with the reason. */
export function impossibleHere(): Partial<Record<FaultName, string>> {
  return process.getuid?.() === 0 ? {} : { "disk-full": "a small file system needs root" };
}
