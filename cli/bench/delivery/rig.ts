// Everything between a box and the database, real and killable: PostgreSQL, mosquitto, server and box processes.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
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
import type { BoxProcessOptions, BoxReport } from "./box-process.ts";
import { Child } from "./child.ts";
import type { ServerProcessOptions } from "./server-process.ts";

export interface RigOptions {
  readonly boxes: readonly string[];
  readonly servers: number;
  readonly eventsPerSecond: number;
  readonly log: Logger;
}

/** What became of one box's events. */
export interface Delivered {
  readonly produced: number;
  /** Rows of this box and epoch. */
  readonly stored: number;
  /** Sequences from 1 to `produced` without a row. */
  readonly lost: number;
  /** Rows beyond one per sequence. */
  readonly duplicates: number;
  /** Events that the outbox still holds. */
  readonly waiting: number;
}

const RESEND_MS = 2_000;

export class Rig {
  readonly #options: RigOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), "ngatu-rig-"));
  readonly postgres: EmbeddedPostgres;
  readonly broker: EmbeddedBroker;
  readonly boxes = new Map<string, Child>();
  readonly servers: Child[] = [];
  /** Highest sequence that each box has said it accepted, over its restarts. */
  readonly #accepted = new Map<string, BoxReport>();
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
    for (let index = 0; index < this.#options.servers; index++) this.servers.push(this.#server());
    for (const box of this.#options.boxes) this.boxes.set(box, this.#box(box));
    for (const child of [...this.servers, ...this.boxes.values()]) child.start();
  }

  async stop(): Promise<void> {
    for (const child of [...this.boxes.values(), ...this.servers]) await child.end("SIGKILL");
    await this.#opened?.close();
    await this.broker.stop();
    await this.postgres.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Folder of a box's outbox. */
  boxFolder(box: string): string {
    return join(this.#folder, `box-${box}`);
  }

  /** The box as it last said; also remembered over a kill. */
  report(box: string): BoxReport | undefined {
    const line = this.boxes.get(box)?.lastLine;
    if (line !== undefined) {
      const said = JSON.parse(line) as BoxReport;
      const before = this.#accepted.get(box);
      const accepted =
        before?.epoch === said.epoch ? Math.max(before.accepted, said.accepted) : said.accepted;
      this.#accepted.set(box, { ...said, accepted });
    }
    return this.#accepted.get(box);
  }

  async killBox(box: string): Promise<void> {
    const child = this.boxes.get(box);
    this.report(box);
    await child?.end("SIGKILL");
    this.report(box);
    child?.start();
  }

  /** Boxes rest; resolves when all outboxes are empty, or after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    for (const child of this.boxes.values()) child.tell("rest");
    const deadline = Date.now() + timeoutMs;
    // Two looks, apart by more than a report: the first may be older than the rest.
    for (let empty = 0; empty < 4 && Date.now() < deadline; ) {
      await delay(150);
      empty = [...this.boxes.keys()].every((box) => this.report(box)?.waiting === 0) ? empty + 1 : 0;
    }
  }

  async delivered(box: string): Promise<Delivered> {
    const report = this.report(box);
    if (report === undefined) throw new Error(`box ${box} has said nothing`);
    const { rows } = await sql<{ stored: string; sequences: string; highest: string }>`
      SELECT count(*) AS stored, count(DISTINCT sequence) AS sequences, coalesce(max(sequence), 0) AS highest
      FROM events WHERE box = ${box} AND epoch = ${report.epoch}`.execute(this.db);
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
    };
  }

  #server(): Child {
    const access = this.broker.access("server");
    const { host, user, database } = this.postgres.connection;
    const options: ServerProcessOptions = {
      config: {
        listen: { port: 0 },
        broker: { url: access.url, username: access.username, password_file: access.passwordFile },
      },
      databaseUrl: `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
    };
    return new Child(workerFile(import.meta.url, "server-process"), options);
  }

  #box(box: string): Child {
    const options: BoxProcessOptions = {
      folder: this.boxFolder(box),
      box,
      broker: this.broker.access(box),
      eventsPerSecond: this.#options.eventsPerSecond,
      resendMs: RESEND_MS,
    };
    return new Child(workerFile(import.meta.url, "box-process"), options);
  }
}
