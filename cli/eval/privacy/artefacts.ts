// What a run left behind: every file below a folder, and every row of its database.
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Client } from "pg";
import type { Logger } from "pino";
import { EmbeddedPostgres } from "../../../server/postgres.ts";
import type { Payload } from "./recorder.ts";

const QUERY_TIMEOUT_MS = 60_000;

/** Regular files only: sockets and FIFOs hold nothing. `skip` names those that were there for another reason. */
export function* filesBelow(folder: string, skip: ReadonlySet<string> = new Set()): Generator<Payload> {
  for (const file of walk(folder))
    if (!skip.has(file)) yield { name: `file ${relative(folder, file)}`, bytes: readFileSync(file) };
}

function* walk(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) yield* walk(path);
    else if (stat?.isFile() === true) yield path;
  }
}

/** Rows as text, table by table: in its files PostgreSQL keeps long values compressed. The cluster must be at rest. */
export async function rowsOf(dataFolder: string, log: Logger): Promise<Payload[]> {
  const postgres = new EmbeddedPostgres(dataFolder, log);
  await postgres.start();
  const client = new Client({ ...postgres.connection, query_timeout: QUERY_TIMEOUT_MS });
  try {
    await client.connect();
    const tables = await client.query<{ name: string }>(
      "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    );
    const payloads: Payload[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      rows.forEach(({ row }, index) =>
        payloads.push({ name: `row ${index + 1} of ${name}`, bytes: Buffer.from(row) }),
      );
    }
    return payloads;
  } finally {
    await client.end();
    await postgres.stop();
  }
}
