// Everything between a box and the database, real and killable: PostgreSQL, mosquitto, server and box processes.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import type { Logger } from "pino";
import { workerFile } from "../../../edge/worker-file.ts";
import { EmbeddedBroker } from "../../../server/broker.ts";
import { EmbeddedPostgres } from "../../../server/postgres.ts";
import { type OpenDatabase, openDatabase } from "../../../server/store/database.ts";
import { migrate } from "../../../server/store/migrate.ts";
import type { BoxProcessOptions } from "./box-process.ts";
import { Child } from "./child.ts";
import { RigBox } from "./rig-box.ts";
import { STEP_MS } from "./sample-event.ts";
import type { ServerProcessOptions } from "./server-process.ts";

export interface RigOptions {
  /** Names of the boxes that may be started. */
  readonly boxes: readonly string[];
  readonly servers: number;
  readonly eventsPerSecond: number;
  readonly log: Logger;
}

/** What became of one outbox's events. */
export interface Delivered {
  readonly produced: number;
  readonly stored: number;
  /** Sequences from 1 to `produced` without a row. */
  readonly lost: number;
  /** Rows beyond one per sequence. */
  readonly duplicates: number;
  /** Events that the outbox still holds. */
  readonly waiting: number;
  /** Whether each row is the event that was made under its sequence. */
  readonly ordered: boolean;
}

const RESEND_MS = 2_000;

export class Rig {
  readonly #options: RigOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), "ngatu-rig-"));
  readonly #boxes = new Map<string, RigBox>();
  readonly postgres: EmbeddedPostgres;
  readonly broker: EmbeddedBroker;
  readonly servers: Child[] = [];
  #opened: OpenDatabase | undefined;

  constructor(options: RigOptions) {
    this.#options = options;
    chmodSync(this.#folder, 0o711);
    this.postgres = new EmbeddedPostgres(join(this.#folder, "postgresql"), options.log);
    this.broker = new EmbeddedBroker({ boxes: options.boxes, log: options.log });
  }

  get db(): OpenDatabase["db"] {
    if (this.#opened === undefined) throw new Error("the rig is asked before it was started");
    return this.#opened.db;
  }

  async start(): Promise<void> {
    await Promise.all([this.postgres.start(), this.broker.start()]);
    this.#opened = openDatabase(this.postgres.connection, this.#options.log);
    await migrate(this.#opened.db);
    for (let index = 0; index < this.#options.servers; index++) {
      const server = new Child(workerFile(import.meta.url, "server-process"), this.#serverOptions());
      server.start();
      this.servers.push(server);
    }
    // Each prints its address when it reads.
    while (this.servers.some((server) => server.lastLine === undefined)) await delay(50);
  }

  async stop(): Promise<void> {
    for (const box of this.#boxes.values()) await box.end();
    for (const server of this.servers) await server.end("SIGKILL");
    await this.#opened?.close();
    await this.broker.stop();
    await this.postgres.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Starts a box that makes events until it is told to rest. */
  startBox(name: string, change: Partial<BoxProcessOptions> = {}): RigBox {
    const folder = join(this.#folder, `box-${name}`);
    mkdirSync(folder, { recursive: true });
    const box = new RigBox({
      folder,
      box: name,
      broker: this.broker.access(name),
      eventsPerSecond: this.#options.eventsPerSecond,
      resendMs: RESEND_MS,
      ...change,
    });
    this.#boxes.set(name, box);
    box.start();
    return box;
  }

  async killServer(index: number): Promise<void> {
    await this.servers[index]?.end("SIGKILL");
    this.servers[index]?.start();
  }

  killBroker(): void {
    kill(this.broker.pid);
  }

  killDatabase(): void {
    kill(this.postgres.pid);
  }

  async delivered(box: RigBox): Promise<Delivered> {
    const report = box.report;
    if (report === undefined) throw new Error(`box ${box.name} has said nothing`);
    await this.#databaseUp();
    const { rows } = await sql<{ stored: string; sequences: string; highest: string; ordered: boolean }>`
      SELECT count(*) AS stored, count(DISTINCT sequence) AS sequences, coalesce(max(sequence), 0) AS highest,
        coalesce(bool_and((event->'data'->>'t_ms')::bigint = sequence * ${STEP_MS}), true) AS ordered
      FROM events WHERE box = ${box.name} AND epoch = ${report.epoch}`.execute(this.db);
    const [row] = rows;
    const stored = Number(row?.stored ?? 0);
    const sequences = Number(row?.sequences ?? 0);
    // A box killed between accepting and saying so has accepted more than it said: the database knows.
    const produced = Math.max(report.accepted, Number(row?.highest ?? 0));
    return {
      produced,
      stored,
      lost: produced - sequences,
      duplicates: stored - sequences,
      waiting: report.waiting,
      ordered: row?.ordered ?? true,
    };
  }

  /** It may have been killed just now. */
  async #databaseUp(): Promise<void> {
    for (;;) {
      try {
        await sql`SELECT 1`.execute(this.db);
        return;
      } catch (error) {
        this.#options.log.debug({ err: error }, "waiting for the database");
      }
      await delay(200);
    }
  }

  #serverOptions(): ServerProcessOptions {
    const access = this.broker.access("server");
    const { host, user, database } = this.postgres.connection;
    return {
      config: {
        listen: { port: 0 },
        broker: { url: access.url, username: access.username, password_file: access.passwordFile },
      },
      databaseUrl: `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
    };
  }
}

/** Nothing while it is being started again; never 0, which would mean our own process group. */
function kill(pid: number | undefined): void {
  if (pid !== undefined) process.kill(pid, "SIGKILL");
}
