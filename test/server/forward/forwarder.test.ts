// The forward queue against real receivers: signed, at least once, one slow destination delays no other.
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { sampleEvent } from "../../../cli/bench/delivery/sample-event.ts";
import type { Envelope } from "../../../contract/event.ts";
import { Feed, type FeedMessage } from "../../../server/alert/feed.ts";
import { type Destination, readDestinations } from "../../../server/forward/destination.ts";
import { Forwarder } from "../../../server/forward/forwarder.ts";
import { createRepositories, type Repositories } from "../../../server/store/repositories.ts";
import { NewEvent } from "../../../server/store/new-event.ts";
import { writeBatch } from "../../../server/store/write-batch.ts";
import { type IocSink, startIocSink } from "../../ioc-sink/ioc-sink.ts";
import { EVERY_CASE } from "../../../server/store/scope.ts";
import { OFFICER, OPTIONS } from "../people.ts";
import { quiet, startDatabase, temporaryFolder } from "../temporary.ts";

const secret = `whsec_${Buffer.from("a secret of twenty-four bytes".slice(0, 24)).toString("base64")}`;
let database: Awaited<ReturnType<typeof startDatabase>>;
let repositories: Repositories;
let sink: IocSink;
let wanted: string[] = [];
let running: Forwarder[] = [];
const feed = new Feed();

beforeAll(async () => {
  database = await startDatabase();
  repositories = createRepositories(database.db, { ...OPTIONS, destinationsFor: () => wanted });
});
beforeEach(async () => {
  sink = await startIocSink({ secret });
});
afterEach(async () => {
  await Promise.all(running.map((forwarder) => forwarder.stop()));
  running = [];
  await sink.stop();
});
afterAll(() => database.close());

let sequence = 0;
/** Stores an alert (7) or a case (20), and gives its id. */
async function store(index: 7 | 20, change: Partial<Envelope> = {}): Promise<string> {
  sequence += 1;
  const event: Envelope = { ...sampleEvent("box-1", index), epoch: "0123456789abcdef", sequence, ...change };
  await writeBatch(
    database.db,
    { events: [new NewEvent(event, Buffer.from(JSON.stringify(event)))], quarantined: [] },
    () => wanted,
  );
  return event.id;
}

function forwardTo(change: Partial<Destination>): void {
  const destination = {
    name: "centre",
    url: sink.url,
    secret: () => secret,
    kinds: [],
    timeoutMs: 1_000,
    ...change,
  };
  const { forwards, cases } = repositories;
  const forwarder = new Forwarder({ destination, forwards, cases, feed, log: quiet });
  forwarder.start();
  running.push(forwarder);
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(20);
}

test("an opened alert goes at once; a case only when confirmed, and then counts as forwarded", async () => {
  wanted = ["centre"];
  const heard: FeedMessage[] = [];
  const unsubscribe = feed.subscribe((message) => heard.push(message));
  forwardTo({});
  const alert = await store(7);
  const found = await store(20);
  await until(() => sink.ids.has(alert));
  await delay(700);
  expect(sink.ids.has(found)).toBe(false);
  await repositories.cases.decide(found, { decision: "confirm", by: OFFICER }, EVERY_CASE);
  await until(() => sink.ids.has(found));
  await until(async () => (await repositories.cases.get(found, EVERY_CASE))?.state === "forwarded");
  expect([sink.verified, sink.rejected]).toEqual([2, 0]);
  await until(() => heard.some((message) => message.kind === "case" && message.case.state === "forwarded"));
  unsubscribe();
});

test("a destination that hangs delays no other, and gets its event when it is well again", async () => {
  wanted = ["hanging", "well"];
  const hanging = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(hanging, "listening");
  const { port } = hanging.address() as { port: number };
  forwardTo({ name: "hanging", url: `http://127.0.0.1:${port}/`, timeoutMs: 300 });
  forwardTo({ name: "well" });
  const alert = await store(7);
  await until(() => sink.ids.has(alert));
  const rows = async () =>
    (await repositories.forwards.list({ sites: "all", limit: 9 })).filter((row) => row.eventId === alert);
  await until(async () =>
    (await rows()).some((row) => row.destination === "hanging" && row.lastError !== undefined),
  );
  const hung = (await rows()).find((row) => row.destination === "hanging");
  expect(hung).toMatchObject({ state: "waiting", lastError: "no answer in time" });
  hanging.removeAllListeners("request").on("request", (_request, response) => response.writeHead(204).end());
  await until(async () => (await rows()).every((row) => row.state === "delivered"));
  hanging.closeAllConnections();
  hanging.close();
});

test("a receiver with another secret refuses, and the event stays due", async () => {
  wanted = ["mistaken"];
  const another = `whsec_${Buffer.from("another").toString("base64")}`;
  forwardTo({ name: "mistaken", secret: () => another });
  const alert = await store(7);
  await until(() => sink.rejected > 0);
  expect(sink.ids.has(alert)).toBe(false);
  await until(async () => {
    const row = (await repositories.forwards.list({ sites: "all", limit: 9 })).find(
      (found) => found.eventId === alert,
    );
    return row?.state === "waiting" && row.lastError === "HTTP 401";
  });
});

test("an answer that says 200 and is reset half-way is no delivery", async () => {
  wanted = ["liar"];
  let asked = 0;
  const liar = createServer((_request, response) => {
    asked += 1;
    if (asked > 1) {
      response.writeHead(200).end();
      return;
    }
    response.writeHead(200, { "content-length": "100" });
    response.write("thank you", () => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(liar, "listening");
  forwardTo({ name: "liar", url: `http://127.0.0.1:${(liar.address() as { port: number }).port}/` });
  const alert = await store(7);
  const row = async () =>
    (await repositories.forwards.list({ sites: "all", limit: 9 })).find((found) => found.eventId === alert);
  await until(async () => (await row())?.state === "delivered");
  expect([asked, (await row())?.attempts]).toEqual([2, 2]);
  liar.closeAllConnections();
  liar.close();
});

test("a later alert of a subject waits for the earlier one; a dead one holds up nobody and can be replayed", async () => {
  wanted = ["orderly"];
  const { forwards } = repositories;
  const [first, second] = [await store(7), await store(7)];
  const due = await forwards.claim("orderly", 9, 60_000);
  expect(due.map(({ eventId }) => eventId)).toEqual([first]);
  expect(await forwards.claim("orderly", 9, 60_000)).toEqual([]);
  const dead = await forwards.failed(due[0]?.id ?? "", "gone", undefined);
  expect(dead?.state).toBe("dead");
  expect((await forwards.claim("orderly", 9, 0)).map(({ eventId }) => eventId)).toEqual([second]);
  expect(await forwards.replay(dead?.id ?? "", "all")).toMatchObject({ state: "waiting", attempts: 0 });
  expect(await forwards.replay(dead?.id ?? "", "all")).toBeUndefined();
});

test("a changed secret file is taken up without a restart", async () => {
  wanted = ["changing"];
  const folder = temporaryFolder();
  const file = join(folder.path, "secret");
  writeFileSync(file, `whsec_${Buffer.from("yesterday's secret, long enough").toString("base64")}\n`);
  const [changing] = readDestinations([{ name: "changing", url: sink.url, secret_file: file }]);
  forwardTo(changing ?? {});
  const alert = await store(7);
  await until(() => sink.rejected > 0);
  writeFileSync(file, `${secret}\n`);
  await until(() => sink.ids.has(alert));
  folder.remove();
});

test("an answer that is slow holds up nothing else on its way to the same destination", async () => {
  wanted = ["slow-once"];
  let answerFirst = (): void => undefined;
  const taken: string[] = [];
  const server = createServer((request, response) => {
    taken.push(String(request.headers["webhook-id"]));
    request.resume();
    const answer = (): void => void response.writeHead(204).end();
    if (taken.length === 1) answerFirst = answer;
    else answer();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  forwardTo({ name: "slow-once", url: `http://127.0.0.1:${port}/`, timeoutMs: 60_000 });
  const first = await store(7);
  await until(() => taken.includes(first));
  // About another subject: what follows in order may not overtake.
  const second = await store(7, { subject: "another-zone" });
  await until(() => taken.includes(second));
  answerFirst();
  const { forwards } = repositories;
  await until(async () => {
    const rows = await forwards.list({ destination: "slow-once", sites: "all", limit: 9 });
    return rows.length === 2 && rows.every(({ state }) => state === "delivered");
  });
  server.closeAllConnections();
  server.close();
});

test("a case whose two last deliveries end at the same moment counts as forwarded", async () => {
  wanted = ["east", "west"];
  const { forwards, cases } = repositories;
  const ids = await Promise.all(Array.from({ length: 8 }, () => store(20)));
  for (const id of ids) await cases.decide(id, { decision: "confirm", by: OFFICER }, EVERY_CASE);
  const rows = (await forwards.list({ sites: "all", limit: 100 })).filter(({ eventId }) =>
    ids.includes(eventId),
  );
  expect(rows).toHaveLength(16);
  await Promise.all(rows.map(({ id }) => forwards.delivered(id)));
  const states = await Promise.all(ids.map(async (id) => (await cases.get(id, EVERY_CASE))?.state));
  expect(new Set(states)).toEqual(new Set(["forwarded"]));
});
