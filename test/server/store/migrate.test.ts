// Migrations of a database that has lived: what earlier releases let in must not stop a later one.
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleEvent } from "../../../cli/bench/delivery/sample-event.ts";
import type { Envelope } from "../../../contract/event.ts";
import { migrate } from "../../../server/store/migrate.ts";
import { NewEvent } from "../../../server/store/new-event.ts";
import { writeBatch } from "../../../server/store/write-batch.ts";
import { startDatabase } from "../temporary.ts";

let database: Awaited<ReturnType<typeof startDatabase>>;

beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

/** A case of one box under the given place. */
function placed(sequence: number): NewEvent {
  const event: Envelope = { ...sampleEvent("box-1", 20), epoch: "0123456789abcdef", sequence };
  return new NewEvent(event, Buffer.from(JSON.stringify(event)));
}

test("a database that is whole is migrated once", async () => {
  expect(await migrate(database.db)).toEqual([]);
});

test("events that an earlier release stored under one place stay, whole, with their cases", async () => {
  const { db } = database;
  // As it was before: places were not unique.
  await sql`DELETE FROM migrations WHERE name IN ('0004-places-taken-twice.sql', '0005-one-event-per-sequence.sql')`.execute(
    db,
  );
  await sql`DROP INDEX events_order`.execute(db);
  await sql`CREATE INDEX events_order ON events (box, epoch, sequence)`.execute(db);
  const events = [placed(1), placed(2), placed(2), placed(2), placed(3)];
  await writeBatch(db, { events, quarantined: [] }, () => []);

  expect(await migrate(db)).toEqual(["0004-places-taken-twice.sql", "0005-one-event-per-sequence.sql"]);

  const { rows } = await sql<{ id: string; epoch: string; sequence: string; event: Envelope }>`
    SELECT events.id, epoch, sequence, event FROM events JOIN cases USING (id) ORDER BY position`.execute(db);
  expect(rows.map(({ epoch, sequence }) => `${epoch} ${sequence}`)).toEqual([
    "0123456789abcdef 1",
    "0123456789abcdef 2",
    "0123456789abcdef-2 2",
    "0123456789abcdef-3 2",
    "0123456789abcdef 3",
  ]);
  expect(rows.map(({ event }) => event)).toEqual(events.map(({ event }) => event));
  const late = await writeBatch(db, { events: [placed(2)], quarantined: [] }, () => []);
  expect(late).toMatchObject({ stored: 0, misplaced: 1 });
});
