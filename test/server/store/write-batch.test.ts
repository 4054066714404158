// What a batch leaves in a real database: each event once, cases, alerts in any order of arrival, due forwards.
import { sql } from "kysely";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleEvent } from "../../../cli/bench/delivery/sample-event.ts";
import type { Envelope } from "../../../contract/event.ts";
import { sweepQuarantine } from "../../../server/ingest/quarantine-sweeper.ts";
import { NewEvent } from "../../../server/store/new-event.ts";
import { createRepositories, type Repositories } from "../../../server/store/repositories.ts";
import { type Committed, writeBatch } from "../../../server/store/write-batch.ts";
import { EVERY_CASE, EVERY_EVENT } from "../../../server/store/scope.ts";
import { OFFICER, OPTIONS, SECOND } from "../people.ts";
import { startDatabase } from "../temporary.ts";

let database: Awaited<ReturnType<typeof startDatabase>>;
let repositories: Repositories;
const centre = (): string[] => ["centre"];

beforeAll(async () => {
  database = await startDatabase();
  repositories = createRepositories(database.db, { ...OPTIONS, destinationsFor: centre });
});
afterAll(() => database.close());

const epoch = "0123456789abcdef";
let sequence = 0;

function made(index: number, change: Partial<Envelope> = {}, state?: string): NewEvent {
  sequence += 1;
  const draft = sampleEvent("box-1", index);
  const data = state === undefined ? draft.data : { ...draft.data, state };
  const event: Envelope = { ...draft, epoch, sequence, ...change, data };
  return new NewEvent(event, Buffer.from(JSON.stringify(event)));
}

const aCase = (): NewEvent => made(20);
const anAlert = (state: string, subject: string, at: number): NewEvent =>
  made(7, { subject, sequence: at }, state);

function write(...events: NewEvent[]): Promise<Committed> {
  return writeBatch(database.db, { events, quarantined: [] }, centre);
}

test("an event stored before, or twice in one batch, is stored once and derived once", async () => {
  const event = aCase();
  const first = await write(event, event, made(0));
  expect(first.events()).toHaveLength(2);
  expect(first.cases.map((found) => found.id)).toEqual([event.event.id]);
  const second = await write(event);
  expect(second).toMatchObject({ stored: 0, cases: [], alerts: [], forwards: 0, misplaced: 0 });
  expect(second.events()).toEqual([]);
  expect((await repositories.events.get(event.event.id, EVERY_EVENT))?.event).toEqual(event.event);
});

test("an alert ends up as its last event says, in whatever order its events are stored", async () => {
  const orders = [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [1, 3, 0, 2],
    [2, 0, 3, 1],
  ];
  for (const [index, order] of orders.entries()) {
    const subject = `junction/crowd-over/zone-${index}`;
    const first = 1_000 + index * 100;
    const life = [
      anAlert("opened", subject, first),
      anAlert("closed", subject, first + 10),
      anAlert("opened", subject, first + 20),
      anAlert("updated", subject, first + 30),
    ];
    for (const at of order) await write(...life.slice(at, at + 1));
    const alerts = (await repositories.alerts.list({ sites: "all", limit: 100 })).filter(
      (alert) => alert.subject === subject,
    );
    const states = new Map(alerts.map((alert) => [alert.id, alert.state]));
    expect(states.get(life[0]?.event.id ?? "")).toBe("closed");
    expect(states.get(life[2]?.event.id ?? "")).toBe("updated");
    expect(states.size).toBe(2);
  }
});

test("parts of one alert's life that are stored at the same time find each other", async () => {
  for (let round = 0; round < 20; round++) {
    const subject = `junction/crowd-over/round-${round}`;
    const first = 2_000 + round * 2;
    const opened = anAlert("opened", subject, first);
    await Promise.all([write(opened), write(anAlert("closed", subject, first + 1))]);
    const [alert] = (await repositories.alerts.list({ sites: "all", limit: 500 })).filter(
      (found) => found.subject === subject,
    );
    expect(alert).toMatchObject({ id: opened.event.id, state: "closed" });
  }
});

test("a crowd alert is due at once when it opens, and only then", async () => {
  const subject = "junction/crowd-over/due";
  expect((await write(anAlert("opened", subject, 3000))).forwards).toBe(1);
  expect((await write(anAlert("closed", subject, 3001))).forwards).toBe(0);
});

test("a case is due when somebody confirmed it; the first decision stands", async () => {
  const { event } = aCase();
  const confirmed = new NewEvent(event, Buffer.from(JSON.stringify(event)));
  expect((await write(confirmed)).forwards).toBe(0);
  const results = await Promise.all([
    repositories.cases.decide(event.id, { decision: "confirm", by: OFFICER }, EVERY_CASE),
    repositories.cases.decide(event.id, { decision: "reject", reason: "a bus", by: SECOND }, EVERY_CASE),
  ]);
  expect(results.filter((result) => result.ok)).toHaveLength(1);
  const state = (await repositories.cases.get(event.id, EVERY_CASE))?.state;
  const queued = (await repositories.forwards.list({ sites: "all", limit: 100 })).filter(
    (row) => row.eventId === event.id,
  );
  expect(queued).toHaveLength(state === "confirmed" ? 1 : 0);
  const again = await repositories.cases.decide(event.id, { decision: "confirm", by: OFFICER }, EVERY_CASE);
  expect(again).toEqual({ ok: false, fault: "already-decided" });
  expect(await repositories.cases.decide(uuid(), { decision: "confirm", by: OFFICER }, EVERY_CASE)).toEqual({
    ok: false,
    fault: "not-found",
  });
});

test("pages of a list follow each other without a gap or a repeat, even within one millisecond", async () => {
  const time = new Date(Date.UTC(2020, 0, 1)).toISOString();
  const events = Array.from({ length: 25 }, () => made(0, { time, subject: "paged" }));
  await write(...events);
  const seen: string[] = [];
  for (let before: { time: Date; id: string } | undefined; ; ) {
    const page = await repositories.events.list({
      to: new Date(Date.UTC(2020, 0, 2)),
      before,
      scope: EVERY_EVENT,
      limit: 10,
    });
    seen.push(...page.map((row) => row.id));
    const last = page.at(-1);
    if (last === undefined) break;
    before = { time: new Date(last.event.time), id: last.id };
  }
  expect(seen).toHaveLength(25);
  expect(new Set(seen)).toEqual(new Set(events.map(({ event }) => event.id)));
});

test("a gap in a box's sequences is seen", async () => {
  const other = "fedcba9876543210";
  await write(made(0, { epoch: other, sequence: 3 }), made(0, { epoch: other, sequence: 6 }));
  const [last, ...earlier] = await repositories.gaps.orders("box-1");
  expect(last).toEqual({
    epoch: other,
    storedTo: 6,
    missing: [
      [1, 2],
      [4, 5],
    ],
    gone: [],
  });
  expect(earlier.map(({ epoch: of }) => of)).toContain(epoch);
});

test("quarantined messages go when they are old, and the oldest when there are too many", async () => {
  await sql`DELETE FROM quarantine`.execute(database.db);
  const quarantined = Array.from({ length: 5 }, (_, index) => ({
    topic: "t",
    reason: "r",
    payload: Buffer.from(String(index)),
  }));
  await writeBatch(database.db, { events: [], quarantined }, () => []);
  expect(await sweepQuarantine(database.db, 30, 3)).toBe(2);
  await sql`UPDATE quarantine SET received_at = now() - interval '31 days' WHERE payload = '4'`.execute(
    database.db,
  );
  expect(await sweepQuarantine(database.db, 30, 3)).toBe(1);
});
