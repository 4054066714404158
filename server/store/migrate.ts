// Brings the database to this release's tables: SQL files in order, once each, under a lock shared by all servers.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { sql } from "kysely";
import type { Database } from "./database.ts";

/** An applied migration's file is not what it was: the tables can't be trusted to be what the code expects. */
export class MigrationChangedError extends Error {
  override readonly name = "MigrationChangedError";
  constructor(migration: string) {
    super(`migration ${migration} was changed after it had been applied to this database`);
  }
}

interface Migration {
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

/** "ngatu" in ASCII: the advisory lock that servers starting together queue on. */
const LOCK = 0x6e67617475;

/** The role of the running server: it may use every table, and change or remove no row of the audit trail. */
export const SERVER_ROLE = "ngatu_server";

/** Undefined where this login could not make the role, or may not take it: triggers alone guard the audit trail then. */
export async function serverRole(db: Database): Promise<string | undefined> {
  const { rows } = await sql<{ member: boolean }>`
    SELECT pg_has_role(current_user, oid, 'MEMBER') AS member FROM pg_roles WHERE rolname = ${SERVER_ROLE}`.execute(
    db,
  );
  return rows[0]?.member === true ? SERVER_ROLE : undefined;
}

/** All pending migrations in one transaction: all of them or none. Returns the names applied. */
export async function migrate(db: Database): Promise<string[]> {
  const migrations = readMigrations();
  return db.transaction().execute(async (trx) => {
    await sql`SELECT pg_advisory_xact_lock(${LOCK})`.execute(trx);
    await sql`CREATE TABLE IF NOT EXISTS migrations (
      name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
    )`.execute(trx);
    const known = await sql<{ name: string; sha256: string }>`SELECT name, sha256 FROM migrations`.execute(
      trx,
    );
    const applied = new Map(known.rows.map((row) => [row.name, row.sha256]));
    const fresh: string[] = [];
    for (const { name, text, sha256 } of migrations) {
      const before = applied.get(name);
      if (before === sha256) continue;
      if (before !== undefined) throw new MigrationChangedError(name);
      await sql.raw(text).execute(trx);
      await sql`INSERT INTO migrations (name, sha256) VALUES (${name}, ${sha256})`.execute(trx);
      fresh.push(name);
    }
    return fresh;
  });
}

function readMigrations(): Migration[] {
  const folder = new URL("./migrations/", import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => {
      const text = readFileSync(new URL(name, folder), "utf8");
      return { name, text, sha256: createHash("sha256").update(text).digest("hex") };
    });
}
