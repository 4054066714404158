// From the box's disk to the database: nothing accepted is lost or doubled, whoever is killed.
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Rig } from "../../cli/bench/delivery/rig.ts";
import { quiet } from "../server/temporary.ts";

const rig = new Rig({ boxes: ["box-1"], servers: 1, eventsPerSecond: 300, log: quiet });
beforeAll(() => rig.start());
afterAll(() => rig.stop());

test("box, broker, server and database killed at random lose and double nothing", async () => {
  await untilStored(1);
  const kills = {
    box: () => rig.killBox("box-1"),
    broker: () => Promise.resolve(process.kill(rig.broker.pid ?? 0, "SIGKILL")),
    server: async () => {
      await rig.servers[0]?.end("SIGKILL");
      rig.servers[0]?.start();
    },
    database: () => Promise.resolve(process.kill(rig.postgres.pid ?? 0, "SIGKILL")),
  };
  for (const victim of [
    "server",
    "box",
    "broker",
    "box",
    "server",
    "broker",
    "database",
    "box",
    "server",
  ] as const) {
    await delay(300 + Math.random() * 1_200);
    await kills[victim]();
  }
  await delay(2_000);
  await rig.drain(40_000);
  const delivered = await rig.delivered("box-1");
  expect(delivered.produced).toBeGreaterThan(1_000);
  expect(delivered).toEqual({
    produced: delivered.produced,
    stored: delivered.produced,
    lost: 0,
    duplicates: 0,
    waiting: 0,
  });
});

async function untilStored(count: number): Promise<void> {
  for (;;) {
    const stored = (await rig.db.selectFrom("events").select("id").limit(count).execute()).length;
    if (stored >= count) return;
    await delay(100);
  }
}
