// From the box's disk to the database: nothing accepted is lost or doubled, whoever is killed.
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Rig } from "../../cli/bench/delivery/rig.ts";
import { quiet } from "../server/temporary.ts";

const rig = new Rig({ boxes: ["box-1"], servers: 1, eventsPerSecond: 300, log: quiet });
beforeAll(() => rig.start());
afterAll(() => rig.stop());

test("box, broker, server and database killed at random lose and double nothing", async () => {
  const box = rig.startBox("box-1");
  await box.up();
  const kills = {
    box: () => box.kill(),
    broker: () => rig.killBroker(),
    server: () => rig.killServer(0),
    database: () => rig.killDatabase(),
  };
  for (const victim of ["server", "box", "broker", "box", "server", "broker", "database", "box"] as const) {
    await delay(500 + Math.random() * 1_200);
    await kills[victim]();
  }
  await delay(2_000);
  await box.drain(40_000);
  const delivered = await rig.delivered(box);
  expect(delivered.produced).toBeGreaterThan(1_000);
  const { produced } = delivered;
  expect(delivered).toEqual({
    produced,
    stored: produced,
    lost: 0,
    duplicates: 0,
    waiting: 0,
    ordered: true,
  });
});
