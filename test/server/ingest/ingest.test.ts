// From a real broker into a real database: poison never blocks, nothing is acknowledged before it is committed.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import mqtt, { type MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleEvent } from "../../../cli/bench/delivery/sample-event.ts";
import type { Ack } from "../../../contract/messages.ts";
import { Outbox } from "../../../edge/outbox/outbox.ts";
import { Publisher } from "../../../edge/outbox/publisher.ts";
import { EmbeddedBroker } from "../../../server/broker.ts";
import type { FeedMessage } from "../../../server/alert/feed.ts";
import { createServer, type Server } from "../../../server/server.ts";
import { EVERY_EVENT } from "../../../server/store/scope.ts";
import { ALL_ROLES, signIn } from "../people.ts";
import { quiet, startDatabase } from "../temporary.ts";

let database: Awaited<ReturnType<typeof startDatabase>>;
let server: Server;
let publisher: Publisher;
let outbox: Outbox;
let raw: MqttClient;
const broker = new EmbeddedBroker({ boxes: ["box-1", "box-2"], log: quiet });
const folder = mkdtempSync(join(tmpdir(), "ngatu-ingest-"));
const heard: FeedMessage[] = [];
const acks: Ack[] = [];

beforeAll(async () => {
  [database] = await Promise.all([startDatabase(), broker.start()]);
  const { host, user, database: name } = database.postgres.connection;
  const access = broker.access("server");
  server = createServer(
    {
      listen: { port: 0 },
      broker: { url: access.url, username: access.username, password_file: access.passwordFile },
    },
    {
      log: quiet,
      gapsEveryMs: 300,
      databaseUrl: `postgresql://${user}@localhost/${name}?host=${encodeURIComponent(host)}`,
    },
  );
  await server.start();
  server.feed.subscribe((message) => heard.push(message));
  outbox = new Outbox({ folder, site: "bench", box: "box-1" });
  publisher = new Publisher({
    outbox,
    box: "box-1",
    broker: broker.access("box-1"),
    resendMs: 1_000,
    status: () => ({ version: "test", contract: [1, 1], cameras: [] }),
    log: quiet,
  });
  publisher.start();
  const second = broker.access("box-2");
  raw = await mqtt.connectAsync(second.url, {
    protocolVersion: 5,
    username: second.username,
    password: readFileSync(second.passwordFile, "utf8"),
  });
  raw.on("message", (_topic, payload) => acks.push(JSON.parse(payload.toString()) as Ack));
  await raw.subscribeAsync("ngatu/down/box-2/#", { qos: 1 });
});
afterAll(async () => {
  await raw.endAsync();
  await publisher.stop();
  outbox.close();
  await server.stop();
  await broker.stop();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(20);
}

const epoch = "00112233445566ff";
function publish(payload: string | Buffer): Promise<unknown> {
  return raw.publishAsync("ngatu/v1/box-2/event/count", payload, { qos: 1 });
}
function event(sequence: number, change: object = {}): string {
  return JSON.stringify({ ...sampleEvent("box-2", 0), epoch, sequence, ...change });
}

test("events leave the outbox once they are stored, and the feed tells of them", async () => {
  outbox.append(Array.from({ length: 120 }, (_, index) => sampleEvent("box-1", index)));
  await until(() => outbox.figures.rows === 0);
  const stored = await server.repositories.events.list({ box: "box-1", scope: EVERY_EVENT, limit: 500 });
  expect(stored).toHaveLength(120);
  const kinds = (kind: FeedMessage["kind"]): number =>
    heard.filter((message) => message.kind === kind).length;
  expect(kinds("event")).toBe(120);
  expect(kinds("case")).toBe(2);
  expect(heard.some((message) => message.kind === "alert" && message.alert.state === "closed")).toBe(true);
});

test("poison is quarantined with its reason and does not hold up its neighbours", async () => {
  // The last one is well formed for us and refused by PostgreSQL: half of a surrogate pair.
  const poison = [
    "nonsense",
    Buffer.from([0xff, 0xfe]),
    event(2, { data: {} }),
    event(3, { subject: "\ud800" }),
  ];
  const good = [event(1), event(4)];
  await Promise.all([...poison, ...good].map(publish));
  await until(() => acks.flatMap((ack) => ack.ranges).some(([, to]) => to === 4));
  await until(
    async () =>
      (await server.repositories.events.list({ box: "box-2", scope: EVERY_EVENT, limit: 9 })).length === 2,
  );
  const { rows } = await sql<{ reason: string }>`SELECT reason FROM quarantine ORDER BY reason`.execute(
    database.db,
  );
  expect(rows.map(({ reason }) => reason.split(":")[0])).toEqual(["database", "event", "json", "text"]);
  expect(new Set(acks.map((ack) => ack.epoch))).toEqual(new Set([epoch]));
});

test("an event sent again is acknowledged again and stored once", async () => {
  const repeated = event(9);
  const named = (): number =>
    acks.flatMap((ack) => ack.ranges).filter(([from, to]) => from === 9 && to === 9).length;
  await publish(repeated);
  await until(() => named() === 1);
  await publish(repeated);
  await until(() => named() === 2);
  const { rows } = await sql`SELECT FROM events WHERE box = 'box-2' AND sequence = 9`.execute(database.db);
  expect(rows).toHaveLength(1);
});

test("a box can't speak for another: the broker takes no such message", async () => {
  await expect(raw.publishAsync("ngatu/v1/box-1/event/count", event(5), { qos: 1 })).rejects.toThrow(
    /[Nn]ot authorized/,
  );
});

test("while the database only reads, nothing is acknowledged; afterwards all is stored", async () => {
  await sql`ALTER SYSTEM SET default_transaction_read_only = on`.execute(database.db);
  await sql`SELECT pg_reload_conf()`.execute(database.db);
  await until(async () => {
    const { rows } = await sql<{
      only: string;
    }>`SELECT current_setting('transaction_read_only') AS only`.execute(database.db);
    return rows[0]?.only === "on";
  });
  const before = outbox.append(Array.from({ length: 30 }, (_, index) => sampleEvent("box-1", index)));
  await delay(500);
  expect(outbox.figures.rows).toBe(before.length);
  await sql.raw("ALTER SYSTEM RESET default_transaction_read_only").execute(database.db);
  await sql`SELECT pg_reload_conf()`.execute(database.db);
  await until(() => outbox.figures.rows === 0);
  expect(await server.repositories.gaps.missing({ box: "box-1", epoch: outbox.epoch }, 0)).toEqual([]);
});

test("live messages reach the feed, and the box's status the database", async () => {
  publisher.publishLive("junction", {
    camera: "junction",
    at: new Date().toISOString(),
    picture: { width: 640, height: 360 },
    fps: 5,
    dropped: 0,
    boxes: [],
    zones: [],
    counts: [],
  });
  await until(() => heard.some((message) => message.kind === "live" && message.box === "box-1"));
  await until(async () => (await server.repositories.boxes.list("all")).some((box) => box.online));
});

test("a lease to watch reaches the box", async () => {
  expect(publisher.watched("junction")).toBe(false);
  const controller = new AbortController();
  const stream = await fetch(`${server.url}/api/v1/stream?watch=box-1/junction`, {
    headers: (await signIn(server.repositories, ALL_ROLES)).headers,
    signal: controller.signal,
  }).catch(() => undefined);
  expect(stream?.status).toBe(200);
  await until(() => publisher.watched("junction"));
  controller.abort();
});

test("a gap is healed by asking the box: what it holds comes again, what it dropped is named as gone", async () => {
  const [first = 0, middle = 0, last = 0] = outbox.append(
    Array.from({ length: 3 }, (_, index) => sampleEvent("box-1", index)),
  );
  await until(() => outbox.figures.rows === 0);
  // As if the database had been restored from yesterday's backup: two rows are missing, and the box has let go.
  await sql`DELETE FROM events WHERE box = 'box-1' AND sequence IN (${first}, ${middle})`.execute(
    database.db,
  );
  const { gaps } = server.repositories;
  const name = { box: "box-1", epoch: outbox.epoch };
  await until(async () => {
    // So is what was known to be whole; a look that began before may say once more that all was there.
    await sql`DELETE FROM outboxes WHERE box = 'box-1'`.execute(database.db);
    const { rows } = await sql<{ to: string }>`SELECT to_sequence AS to FROM gone_sequences`.execute(
      database.db,
    );
    return rows.some(({ to }) => Number(to) === middle);
  });
  await until(async () => (await gaps.missing(name, 0)).length === 0);
  const shown = await fetch(`${server.url}/api/v1/boxes/box-1/gaps`, {
    headers: (await signIn(server.repositories, ALL_ROLES)).headers,
  });
  expect(await shown.json()).toEqual({
    items: [{ epoch: outbox.epoch, stored_to: last, missing: [], gone: [{ from: first, to: middle }] }],
  });
  await until(async () => {
    const { rows } = await sql<{
      at: string;
    }>`SELECT whole_to AS at FROM outboxes WHERE box = 'box-1'`.execute(database.db);
    return Number(rows[0]?.at) === last;
  });
});
