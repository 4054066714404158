// What a broken or hostile box may send: refused, counted and quarantined with the reason, and nobody else disturbed.
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import mqtt, { type MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleEvent } from "../../../cli/bench/delivery/sample-event.ts";
import { topics } from "../../../contract/topics.ts";
import { EmbeddedBroker } from "../../../server/broker.ts";
import { createServer, type Server } from "../../../server/server.ts";
import { quiet, startDatabase } from "../temporary.ts";

const BAD = "box-1";
const GOOD = "box-2";
const epoch = "00112233445566ff";
const broker = new EmbeddedBroker({ boxes: [BAD, GOOD], log: quiet });
let database: Awaited<ReturnType<typeof startDatabase>>;
let server: Server;
let good: MqttClient;
let sequence = 0;

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
      databaseUrl: `postgresql://${user}@localhost/${name}?host=${encodeURIComponent(host)}`,
    },
  );
  await server.start();
  good = await connect(GOOD);
});
afterAll(async () => {
  await good.endAsync();
  await server.stop();
  await broker.stop();
  await database.close();
});

async function connect(box: string): Promise<MqttClient> {
  const { url, username, passwordFile } = broker.access(box);
  const password = readFileSync(passwordFile, "utf8");
  const client = await mqtt.connectAsync(url, { protocolVersion: 5, username, password, reconnectPeriod: 0 });
  // A connection that the broker ends is what some of this is about.
  client.on("error", () => undefined);
  return client;
}

function event(box: string, at: number, change: object = {}): string {
  return JSON.stringify({ ...sampleEvent(box, 0), epoch, sequence: at, ...change });
}

async function storedOf(box: string): Promise<string[]> {
  const { rows } = await sql<{ sequence: string }>`
    SELECT sequence FROM events WHERE box = ${box} ORDER BY sequence`.execute(database.db);
  return rows.map((row) => row.sequence);
}

/** The neighbour's next event is stored: the bad one before it held up nobody. */
async function neighbourIsServed(): Promise<void> {
  sequence += 1;
  await good.publishAsync(topics.event(GOOD, "count"), event(GOOD, sequence), { qos: 1 });
  while (!(await storedOf(GOOD)).includes(String(sequence))) await delay(20);
}

async function reasonsOf(box: string): Promise<string[]> {
  const { rows } = await sql<{ reason: string }>`
    SELECT reason FROM quarantine WHERE topic LIKE ${`%${box}%`} ORDER BY id`.execute(database.db);
  return rows.map((row) => row.reason);
}

test("ten megabytes are refused by the broker, and end the connection that sent them", async () => {
  const client = await connect(BAD);
  const ended = new Promise<void>((resolve) => {
    client.once("close", () => resolve());
  });
  client.publish(topics.event(BAD, "count"), Buffer.alloc(10_000_000, "x"), { qos: 1 }, () => undefined);
  await ended;
  await neighbourIsServed();
  expect(await storedOf(BAD)).toEqual([]);
});

const nested = `{"data":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
const tomorrow = new Date(Date.now() + 48 * 3_600_000).toISOString();
test.each<[string, string | Buffer, RegExp]>([
  ["deep nesting", nested, /^json: nested deeper than 64$/],
  ["bytes that are no UTF-8", Buffer.from([0x7b, 0xc3, 0x28, 0x7d]), /^text: not UTF-8$/],
  ["an event from the future", event(BAD, 1, { time: tomorrow }), /lies in the future$/],
  ["an event of another box", event(GOOD, 1), /came from box box-1$/],
  ["a sequence that is none", event(BAD, -4), /^event: .*sequence/],
])("%s is quarantined with the reason", async (_name, payload, reason) => {
  const client = await connect(BAD);
  const before = server.figures.quarantined;
  await client.publishAsync(topics.event(BAD, "count"), payload, { qos: 1 });
  while (server.figures.quarantined === before) await delay(20);
  await neighbourIsServed();
  expect((await reasonsOf(BAD)).at(-1)).toMatch(reason);
  expect(await storedOf(BAD)).toEqual([]);
  await client.endAsync();
});

test("a sequence that runs backwards fills a gap, but takes no place that another event has", async () => {
  const client = await connect(BAD);
  const publish = (payload: string) => client.publishAsync(topics.event(BAD, "count"), payload, { qos: 1 });
  const before = server.figures.quarantined;
  await publish(event(BAD, 7));
  await publish(event(BAD, 5));
  while ((await storedOf(BAD)).length < 2) await delay(20);
  const usurper = event(BAD, 7);
  await publish(usurper);
  while (server.figures.quarantined === before) await delay(20);
  await neighbourIsServed();
  expect(await storedOf(BAD)).toEqual(["5", "7"]);
  expect((await reasonsOf(BAD)).at(-1)).toBe(`sequence: 7 of epoch ${epoch} is another event's`);
  // Sent again it is counted, not kept twice.
  await publish(usurper);
  while (server.figures.quarantined === before + 1) await delay(20);
  const { rows } = await sql<{ seen: number }>`
    SELECT seen FROM quarantine WHERE reason LIKE 'sequence:%'`.execute(database.db);
  expect(rows).toEqual([{ seen: 2 }]);
  await client.endAsync();
});

test("a box that is not registered gets no connection", async () => {
  const { url, passwordFile } = broker.access(BAD);
  const password = readFileSync(passwordFile, "utf8");
  await expect(
    mqtt.connectAsync(url, { protocolVersion: 5, username: "box-9", password, reconnectPeriod: 0 }),
  ).rejects.toThrow(/[Nn]ot authorized/);
  await neighbourIsServed();
});
