// The database of a server's configuration, for commands that work beside the server or without it.
import { join } from "node:path";
import { pino } from "pino";
import { cacheFolder } from "../config/cache-folder.ts";
import { loadServer } from "../config/load.ts";
import { ensureServerKey, type ServerKey, serverKeyFile } from "../server/people/server-key.ts";
import { EmbeddedPostgres } from "../server/postgres.ts";
import { type Database, openDatabase } from "../server/store/database.ts";
import { migrate } from "../server/store/migrate.ts";
import { createRepositories, type Repositories } from "../server/store/repositories.ts";

export interface ServerDatabase {
  readonly db: Database;
  readonly repositories: Repositories;
  readonly key: ServerKey;
}

/**
 * Does `work` on the database of `server.yaml`: DATABASE_URL, or the embedded one, beside a server that runs or by itself.
 * Throws the named errors of the configuration, the key and the database.
 */
export async function withServerDatabase<T>(
  file: string,
  work: (database: ServerDatabase) => Promise<T>,
): Promise<T> {
  const config = loadServer(file).value;
  const log = pino({ level: "warn" }, pino.destination(2));
  const keyFile = config.people?.key_file ?? serverKeyFile();
  const url = process.env["DATABASE_URL"];
  const postgres = new EmbeddedPostgres(
    config.database?.data ?? join(cacheFolder(), "server", "postgresql"),
    log,
  );
  if (url === undefined) await postgres.startOrJoin();
  const opened = openDatabase(url === undefined ? postgres.connection : { connectionString: url }, log);
  try {
    await migrate(opened.db);
    const key = ensureServerKey(keyFile);
    const repositories = createRepositories(opened.db, {
      ...{ destinationsFor: () => [], auditKey: key.audit, sessionIdleMs: 1 },
    });
    return await work({ db: opened.db, repositories, key });
  } finally {
    await opened.close();
    await postgres.stop();
  }
}
