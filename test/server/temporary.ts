// Folders and servers of one test, reachable for the account that PostgreSQL runs as, gone afterwards.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino, type Logger } from "pino";
import { EmbeddedPostgres } from "../../server/postgres.ts";
import { type OpenDatabase, openDatabase } from "../../server/store/database.ts";
import { migrate } from "../../server/store/migrate.ts";

/** Says only what went wrong; NGATU_TEST_LOG=debug says all. */
export const quiet: Logger = pino({ level: process.env["NGATU_TEST_LOG"] ?? "fatal" });

export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "ngatu-test-"));
  chmodSync(path, 0o711);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A real PostgreSQL with this release's tables. */
export async function startDatabase(): Promise<OpenDatabase & { postgres: EmbeddedPostgres }> {
  const folder = temporaryFolder();
  const postgres = new EmbeddedPostgres(join(folder.path, "postgres"), quiet);
  await postgres.start();
  const opened = openDatabase(postgres.connection, quiet);
  await migrate(opened.db);
  return {
    ...opened,
    postgres,
    close: async () => {
      await opened.close();
      await postgres.stop();
      folder.remove();
    },
  };
}
