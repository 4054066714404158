// The embedded PostgreSQL starts, refuses a second user, and comes back after every kind of kill.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FolderInUseError } from "../../server/folder-lock.ts";
import { EmbeddedPostgres } from "../../server/postgres.ts";
import { type OpenDatabase, openDatabase } from "../../server/store/database.ts";
import { migrate } from "../../server/store/migrate.ts";
import { quiet, temporaryFolder } from "./temporary.ts";

const folder = temporaryFolder();
const postgres = new EmbeddedPostgres(join(folder.path, "postgres"), quiet);
let opened: OpenDatabase;

beforeAll(async () => {
  await postgres.start();
  opened = openDatabase(postgres.connection, quiet);
});
afterAll(async () => {
  await opened.close();
  await postgres.stop();
  folder.remove();
});

test("fsync is on and nothing listens on the network", async () => {
  const { rows } = await sql<{ name: string; setting: string }>`
    SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'listen_addresses') ORDER BY name`.execute(
    opened.db,
  );
  expect(rows).toEqual([
    { name: "fsync", setting: "on" },
    { name: "listen_addresses", setting: "" },
  ]);
});

test("servers that start together apply each migration once", async () => {
  const applied = await Promise.all([migrate(opened.db), migrate(opened.db), migrate(opened.db)]);
  const migrations = readdirSync(join(import.meta.dirname, "../../server/store/migrations")).sort();
  expect(migrations.length).toBeGreaterThan(0);
  expect(applied.flat().sort()).toEqual(migrations);
  expect(await migrate(opened.db)).toEqual([]);
});

test("a second start on the same folder is refused and names the process", async () => {
  const second = new EmbeddedPostgres(join(folder.path, "postgres"), quiet);
  await expect(second.start()).rejects.toThrow(FolderInUseError);
  await expect(second.start()).rejects.toThrow(`process ${process.pid}`);
});

test("a postmaster that is killed is started again with what was committed", async () => {
  await sql`CREATE TABLE kept (n integer)`.execute(opened.db);
  await sql`INSERT INTO kept VALUES (7)`.execute(opened.db);
  const { pid } = postgres;
  if (pid === undefined) throw new Error("PostgreSQL is not running");
  process.kill(pid, "SIGKILL");
  let rows: { n: number }[] = [];
  while (rows.length === 0) {
    await delay(50);
    rows = await sql<{ n: number }>`SELECT n FROM kept`.execute(opened.db).then(
      (result) => result.rows,
      () => [],
    );
  }
  expect(rows).toEqual([{ n: 7 }]);
});
