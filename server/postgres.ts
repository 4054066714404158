// The embedded PostgreSQL: a real server of our own, reached over a socket in a private folder, fsync on.
import { execFile } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { Client } from "pg";
import type { Logger } from "pino";
import { type Account, closedFolder, unprivilegedAccount } from "./account.ts";
import { FolderInUseError, lockFolder } from "./folder-lock.ts";
import { KeptProcess } from "./kept-process.ts";
import { type PostgresPrograms, postgresPrograms } from "./postgres-programs.ts";

/** How to reach a database: over the embedded server's socket, or an address of `DATABASE_URL`. */
export interface PostgresConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

/** The data folder can't be used by the account that PostgreSQL runs as. */
export class DataFolderError extends Error {
  override readonly name = "DataFolderError";
}

const run = promisify(execFile);
const USER = "ngatu";
const DATABASE = "ngatu";
/** Only names the socket: nothing listens on the network. */
const PORT = 5432;
/** A socket's path must fit into 107 bytes, its name and a terminator included. */
const MAX_SOCKET_FOLDER = 80;

const settings: Readonly<Record<string, string>> = {
  listen_addresses: "",
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  max_connections: "60",
  shared_buffers: "64MB",
  // No replicas here: less is written.
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "512MB",
  log_timezone: "UTC",
  timezone: "UTC",
};

export class EmbeddedPostgres {
  readonly #folder: string;
  readonly #log: Logger;
  #unlock: (() => void) | undefined;
  #process: KeptProcess | undefined;
  #socketFolder = "";
  /** Socket of the server that another process keeps. */
  #joined: string | undefined;

  /** `folder` is created; the cluster lies in `data` beneath it and belongs to the account that runs PostgreSQL. */
  constructor(folder: string, log: Logger) {
    this.#folder = resolve(folder);
    this.#log = log;
  }

  get connection(): PostgresConnection {
    return { host: this.#joined ?? this.#socketFolder, port: PORT, user: USER, database: DATABASE };
  }

  /** Process id of the postmaster. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /**
   * Creates the cluster the first time. Throws FolderInUseError when another process uses the folder,
   * {@link DataFolderError} or ProcessStartError.
   */
  async start(): Promise<void> {
    const account = unprivilegedAccount(["postgres"]);
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    this.#unlock = lockFolder(this.#folder);
    try {
      this.#own(this.#folder, account);
      const programs = postgresPrograms(account);
      await this.#createCluster(programs, account);
      this.#socketFolder = this.#createSocketFolder(account);
      this.#process = this.#createProcess(programs, account);
      await this.#process.start();
      await this.#createDatabase();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** As start(), or beside the process that has started it already (true): stop() then leaves that one alone. */
  async startOrJoin(): Promise<boolean> {
    try {
      await this.start();
      return false;
    } catch (error) {
      if (!(error instanceof FolderInUseError)) throw error;
      // The postmaster's own file names its socket's folder in the fifth line.
      const [, , , , socket = ""] = readFileSync(join(this.#folder, "data", "postmaster.pid"), "utf8").split(
        "\n",
      );
      this.#joined = socket;
      return true;
    }
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
    this.#process = undefined;
    if (this.#socketFolder !== "") rmSync(this.#socketFolder, { recursive: true, force: true });
    this.#unlock?.();
    this.#unlock = undefined;
  }

  #own(folder: string, account: Account | undefined): void {
    if (account === undefined) return;
    chownSync(folder, account.uid, account.gid);
    const closed = closedFolder(join(folder, "data"), account);
    if (closed !== undefined) {
      throw new DataFolderError(
        `${folder}: PostgreSQL runs as ${account.name}, which may not enter ${closed}; choose a folder that it can reach`,
      );
    }
  }

  /** Beside its place first and renamed when whole: an initdb that was cut short leaves nothing that looks finished. */
  async #createCluster({ initdb }: PostgresPrograms, account: Account | undefined): Promise<void> {
    const data = join(this.#folder, "data");
    if (existsSync(data)) return;
    const part = `${data}.new`;
    rmSync(part, { recursive: true, force: true });
    const args = ["-D", part, "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C"];
    await run(initdb, args, {
      timeout: 120_000,
      ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
    });
    renameSync(part, data);
  }

  #createSocketFolder(account: Account | undefined): string {
    const beside = join(this.#folder, "socket");
    if (beside.length <= MAX_SOCKET_FOLDER) {
      rmSync(beside, { recursive: true, force: true });
      mkdirSync(beside, { mode: 0o700 });
      this.#own(beside, account);
      return beside;
    }
    const temporary = mkdtempSync(join(tmpdir(), "ngatu-postgres-"));
    this.#own(temporary, account);
    return temporary;
  }

  #createProcess({ postgres }: PostgresPrograms, account: Account | undefined): KeptProcess {
    const data = join(this.#folder, "data");
    const args = ["-D", data, "-k", this.#socketFolder, "-p", String(PORT)];
    for (const [name, value] of Object.entries(settings)) args.push("-c", `${name}=${value}`);
    return new KeptProcess({
      name: "PostgreSQL",
      command: postgres,
      args,
      account,
      stopSignal: "SIGINT",
      log: this.#log,
      ready: () => answers({ ...this.connection, database: "postgres" }),
      prepare: () => endOrphan(data, postgres),
    });
  }

  async #createDatabase(): Promise<void> {
    const client = new Client({ ...this.connection, database: "postgres" });
    await client.connect();
    try {
      const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [DATABASE]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
    } finally {
      await client.end();
    }
  }
}

async function answers(connection: PostgresConnection): Promise<boolean> {
  const client = new Client({ ...connection, connectionTimeoutMillis: 1_000 });
  // A connection that the starting server drops is no fault of ours.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * After a kill -9 of this process or of the postmaster: the folder's lock is ours by now, so a postmaster that
 * still runs on it is an orphan and is ended; a pid file whose number belongs to another program is removed.
 */
async function endOrphan(data: string, postgres: string): Promise<void> {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8").split("\n")[0]);
  if (!isPostgres(pid, data, postgres)) {
    rmSync(file, { force: true });
    return;
  }
  process.kill(pid, "SIGINT");
  for (let waitedMs = 0; waitedMs < 10_000 && isPostgres(pid, data, postgres); waitedMs += 50)
    await delay(50);
  if (isPostgres(pid, data, postgres)) process.kill(pid, "SIGKILL");
}

function isPostgres(pid: number, data: string, postgres: string): boolean {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return args[0] === postgres && args.includes(data);
  } catch {
    return false;
  }
}
