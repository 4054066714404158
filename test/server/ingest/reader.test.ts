// What the reader does with messages that there is no room for, with a real broker.
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import mqtt from "mqtt";
import { expect, test } from "vitest";
import { EmbeddedBroker } from "../../../server/broker.ts";
import { Intake } from "../../../server/ingest/intake.ts";
import { Reader } from "../../../server/ingest/reader.ts";
import { quiet } from "../temporary.ts";

test("while the database is away a full intake drops every further message, and none of them waits", async () => {
  const broker = new EmbeddedBroker({ boxes: ["box-1"], log: quiet });
  await broker.start();
  const intake = new Intake();
  while (!intake.full) intake.put({ topic: "before", payload: Buffer.alloc(0) });
  const held = intake.length;
  const access = broker.access("server");
  const reader = new Reader({ broker: access, intake, databaseAway: () => true, log: quiet });
  reader.start();
  const box = broker.access("box-1");
  const client = await mqtt.connectAsync(box.url, {
    protocolVersion: 5,
    username: box.username,
    password: readFileSync(box.passwordFile, "utf8"),
  });
  try {
    while (reader.figures.connected < 2) await delay(20);
    const sent = Array.from({ length: 30 }, () =>
      client.publishAsync("ngatu/v1/box-1/event/count", "{}", { qos: 1 }),
    );
    await Promise.all(sent);
    while (reader.figures.dropped < 30) {
      // The subscription may come after the first messages: nobody waits for those.
      await client.publishAsync("ngatu/v1/box-1/event/count", "{}", { qos: 1 });
      await delay(20);
    }
    expect(intake.length).toBe(held);
  } finally {
    await client.endAsync();
    await reader.stop();
    await broker.stop();
  }
});
