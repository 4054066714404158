// The connection pool and the query builder over it: the one place where camelCase and snake_case meet.
import { randomBytes } from "node:crypto";
import { CamelCasePlugin, Kysely, PostgresDialect, type Transaction } from "kysely";
import { Pool, type PoolConfig } from "pg";
import type { Logger } from "pino";
import type { Tables } from "./tables.ts";

export type Database = Kysely<Tables>;
/** A database or a transaction on it: what a repository's function may run in. */
export type Queries = Kysely<Tables> | Transaction<Tables>;

/** Where a database is, as the driver takes it. */
export type DatabaseAddress = Pick<PoolConfig, "connectionString" | "host" | "port" | "user" | "database">;

export interface OpenDatabase {
  readonly db: Database;
  /** What these connections call themselves: random, so that a server tells its own announcements from others'. */
  readonly name: string;
  close(): Promise<void>;
}

/** Most connections of one server process. */
const POOL_SIZE = 12;

/**
 * Opens a pool; connects only when first asked. A query that waits for the server longer than `queryTimeoutMs`
 * fails, so that a frozen database looks like one that is away. With `role` all is done under that role's rights.
 */
export function openDatabase(
  address: DatabaseAddress,
  log: Logger,
  { queryTimeoutMs = 15_000, role }: { queryTimeoutMs?: number; role?: string | undefined } = {},
): OpenDatabase {
  const name = `ngatu-${randomBytes(6).toString("hex")}`;
  const pool = new Pool({
    ...address,
    max: POOL_SIZE,
    application_name: name,
    connectionTimeoutMillis: 5_000,
    query_timeout: queryTimeoutMs,
    // On a stopped client the server would go on for ever; half a second more, so that the client gives up first.
    statement_timeout: queryTimeoutMs + 500,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
    ...(role === undefined ? {} : { options: `-c role=${role}` }),
  });
  // A connection that breaks is replaced by the pool, and its query fails; without a listener the process would end.
  // The pool reports idle connections, each client itself while it is in use.
  const lost = (error: Error): void => log.warn({ err: error }, "database connection lost");
  pool.on("error", lost);
  pool.on("connect", (client) => client.on("error", lost));
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
  return { db, name, close: () => db.destroy() };
}
