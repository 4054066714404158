// Two real servers on one broker and one database: what either stores is seen at both, whoever stored it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleEvent } from "../../../cli/bench/delivery/sample-event.ts";
import { Outbox } from "../../../edge/outbox/outbox.ts";
import { Publisher } from "../../../edge/outbox/publisher.ts";
import type { FeedMessage } from "../../../server/alert/feed.ts";
import { EmbeddedBroker } from "../../../server/broker.ts";
import { createServer, type Server } from "../../../server/server.ts";
import { EVERY_CASE } from "../../../server/store/scope.ts";
import { OFFICER } from "../people.ts";
import { quiet, startDatabase } from "../temporary.ts";

const EVENTS = 400;
const folder = mkdtempSync(join(tmpdir(), "ngatu-elsewhere-"));
const broker = new EmbeddedBroker({ boxes: ["box-1"], log: quiet });
const outbox = new Outbox({ folder, site: "bench", box: "box-1" });
let database: Awaited<ReturnType<typeof startDatabase>>;
let publisher: Publisher;
const servers: Server[] = [];
const heard: FeedMessage[][] = [[], []];

beforeAll(async () => {
  [database] = await Promise.all([startDatabase(), broker.start()]);
  const { host, user, database: name } = database.postgres.connection;
  const { url, username, passwordFile } = broker.access("server");
  for (const messages of heard) {
    const server = createServer(
      { listen: { port: 0 }, broker: { url, username, password_file: passwordFile } },
      {
        log: quiet,
        databaseUrl: `postgresql://${user}@localhost/${name}?host=${encodeURIComponent(host)}`,
      },
    );
    server.feed.subscribe((message) => messages.push(message));
    await server.start();
    servers.push(server);
  }
  await until(() => heard.every((messages) => messages.some(({ kind }) => kind === "missed")));
  publisher = new Publisher({
    outbox,
    box: "box-1",
    broker: broker.access("box-1"),
    status: () => ({ version: "test", contract: [1, 1], cameras: [] }),
    log: quiet,
  });
  publisher.start();
});
afterAll(async () => {
  await publisher.stop();
  outbox.close();
  for (const server of servers) await server.stop();
  await broker.stop();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(20);
}

function idsOf(messages: readonly FeedMessage[], kind: "event" | "case" | "alert"): string[] {
  return messages.flatMap((message) => {
    const told = { event: undefined, case: undefined, alert: undefined, ...message }[kind];
    return told === undefined ? [] : [told.id];
  });
}

test("each server tells every event, case and alert, though it stored only some of them", async () => {
  const drafts = Array.from({ length: EVENTS }, (_, index) => sampleEvent("box-1", index));
  // In small portions: the broker deals messages out in turn, so both servers get some.
  for (let first = 0; first < EVENTS; first += 20) {
    outbox.append(drafts.slice(first, first + 20));
    await delay(10);
  }
  await until(() => outbox.figures.rows === 0);
  expect(servers.every(({ figures }) => figures.stored > 0)).toBe(true);
  const events = drafts.map(({ id }) => id).sort();
  const cases = drafts
    .filter(({ type }) => type === "vn.ngatu.traffic.case.v1")
    .map(({ id }) => id)
    .sort();
  for (const messages of heard) {
    await until(() => idsOf(messages, "event").length >= EVENTS);
    await until(() => idsOf(messages, "case").length >= cases.length);
    expect(idsOf(messages, "event").sort()).toEqual(events);
    expect(idsOf(messages, "case").sort()).toEqual(cases);
    const opened = drafts.filter(({ data }) => (data as { state?: string }).state === "opened");
    await until(() => opened.every(({ id }) => idsOf(messages, "alert").includes(id)));
  }
});

test("a box's status is told by both, though it is stored once", async () => {
  for (const messages of heard) {
    await until(() => messages.some((message) => message.kind === "box" && message.box.online));
  }
});

test("a decision at one server is told by both", async () => {
  const [first] = servers;
  const [waiting] =
    (await first?.repositories.cases.list({ state: "new", scope: EVERY_CASE, limit: 1 })) ?? [];
  await first?.repositories.cases.decide(waiting?.id ?? "", { decision: "confirm", by: OFFICER }, EVERY_CASE);
  for (const messages of heard) {
    await until(() =>
      messages.some(
        (message) =>
          message.kind === "case" && message.case.id === waiting?.id && message.case.state === "confirmed",
      ),
    );
  }
});

test("a server that could not hear for a while says so, and hears again", async () => {
  const missed = (messages: readonly FeedMessage[]): number =>
    messages.filter(({ kind }) => kind === "missed").length;
  const before = heard.map(missed);
  await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '% listens'`.execute(
    database.db,
  );
  await until(() => heard.every((messages, index) => missed(messages) > (before[index] ?? 0)));
  const drafts = Array.from({ length: 40 }, (_, index) => sampleEvent("box-1", EVENTS + index));
  outbox.append(drafts);
  for (const messages of heard) {
    await until(() => drafts.every(({ id }) => idsOf(messages, "event").includes(id)));
  }
});
