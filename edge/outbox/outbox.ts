// The durable queue of a box: an event that it accepted stays until the server says that it is committed.
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { EVENT_TYPES } from "../../contract/event.ts";
import type { Ack } from "../../contract/messages.ts";
import { BoxDatabase, DiskFullError, type Row } from "./database.ts";
import { DiskReserve } from "./disk-reserve.ts";
import type { EventDraft } from "../event/event-draft.ts";
import { DROP_ORDER, type OutboxRow, rankOf } from "./draft.ts";
import { type DropCounts, dropNotice } from "./drop-notice.ts";
import { RuleStates } from "./rule-states.ts";
import { createTables, prepareStatements, type Statements } from "./outbox-tables.ts";

export interface OutboxOptions {
  /** Created with mode 0700; the queue is `outbox.sqlite` in it. */
  readonly folder: string;
  readonly site: string;
  readonly box: string;
  /** Most bytes of events held; the file is about a third larger. Default 512 MiB. */
  readonly maxBytes?: number | undefined;
  /** How long an event that is no case may wait for the server, in time that the box runs. Default 30 days. */
  readonly maxAgeMs?: number | undefined;
  /** A clock that is never set, ms. */
  readonly nowMs?: (() => number) | undefined;
}

/** The outbox holds nothing but cases, and no room for another: refused, since what it accepted it keeps. */
export class OutboxFullError extends Error {
  override readonly name = "OutboxFullError";
}

/** Larger than any broker or server takes: it could never leave the outbox. */
export class EventTooLargeError extends Error {
  override readonly name = "EventTooLargeError";
}

export interface OutboxFigures {
  readonly rows: number;
  readonly bytes: number;
  /** Since the start of this process, by class. */
  readonly dropped: Readonly<DropCounts>;
}

/** The broker and the server take 1 MiB; the place in the order is added to this. */
const MAX_EVENT_BYTES = 1024 * 1024 - 1024;
const DEFAULT_MAX_BYTES = 512 * 1024 * 1024;
/** Having dropped, the outbox counts as relieved below this share of its size. */
const RELIEVED = 0.8;
const DEFAULT_MAX_AGE_MS = 30 * 24 * 3_600_000;
/** How often what is too old is looked for. */
const AGE_EVERY_MS = 60_000;
const CASE_RANK = DROP_ORDER.indexOf("case");

export class Outbox {
  readonly #db: BoxDatabase;
  readonly #reserve: DiskReserve;
  readonly #place: { readonly site: string; readonly box: string };
  readonly #maxBytes: number;
  readonly #statements: Statements;
  readonly #listeners = new Set<() => void>();
  readonly #states: RuleStates;
  readonly #maxAgeMs: number;
  readonly #nowMs: () => number;
  /** Added to the clock goes on from the newest event held: time in which the box ran, whatever its clock is set to. */
  readonly #bornOffsetMs: number;
  #agedAtMs = Number.NEGATIVE_INFINITY;
  /** Random, 16 hex digits, born with the file: with it a sequence is unique for ever. */
  readonly epoch: string;
  #rows: number;
  #bytes: number;
  #dropped: DropCounts = { sample: 0, flow: 0, alert: 0, case: 0 };
  #dropping = false;

  /** Opens or creates it. Throws DatabaseFileError or DiskFullError. */
  constructor(options: OutboxOptions) {
    const { folder, site, box, maxBytes = DEFAULT_MAX_BYTES } = options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, "outbox.sqlite");
    this.#reserve = new DiskReserve(folder);
    this.#db = this.#open(file);
    chmodSync(file, 0o600);
    this.#reserve.set();
    this.#place = { site, box };
    this.#maxBytes = maxBytes;
    this.#maxAgeMs = options.maxAgeMs ?? DEFAULT_MAX_AGE_MS;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#states = new RuleStates(this.#db);
    this.#statements = prepareStatements(this.#db);
    this.epoch = this.#bornEpoch();
    const held = this.#statements.weigh.get(0, Number.MAX_SAFE_INTEGER);
    this.#rows = Number(held?.["rows"] ?? 0);
    this.#bytes = Number(held?.["bytes"] ?? 0);
    const newest = this.#db.prepare("SELECT max(born_ms) AS ms FROM events").get();
    this.#bornOffsetMs = Number(newest?.["ms"] ?? 0) - this.#nowMs();
  }

  get figures(): OutboxFigures {
    return { rows: this.#rows, bytes: this.#bytes, dropped: { ...this.#dropped } };
  }

  /** The sequence given last: how many events were accepted since the file was made. */
  get lastSequence(): number {
    const row = this.#db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'events'").get();
    return Number(row?.["seq"] ?? 0);
  }

  /**
   * Accepts events in one transaction, all or none; on disk when this returns. Gives each its sequence, or undefined
   * for one of a class that goes first and for which there is no room (counted, and told by a health event).
   * `states` are rule states that belong to these events: saved in the same transaction.
   * Throws {@link OutboxFullError}, {@link EventTooLargeError}, DiskFullError or DatabaseFileError; then nothing was
   * accepted.
   */
  append(drafts: readonly EventDraft[], states?: ReadonlyMap<string, unknown>): (number | undefined)[] {
    const before = {
      rows: this.#rows,
      bytes: this.#bytes,
      dropped: { ...this.#dropped },
      dropping: this.#dropping,
    };
    if (!this.#reserve.set()) throw new DiskFullError("the disk has no room to let go of events either");
    const changed = this.#states.changed(states);
    let sequences: (number | undefined)[];
    try {
      sequences = this.#db.durably(() => {
        this.#dropAged();
        const given = drafts.map((draft) => this.#insert(draft));
        this.#tellOfDrops(before.dropping);
        this.#states.write(changed);
        return given;
      });
    } catch (error) {
      this.#rows = before.rows;
      this.#bytes = before.bytes;
      this.#dropped = before.dropped;
      this.#dropping = before.dropping;
      throw error;
    }
    this.#states.committed(changed);
    for (const listener of this.#listeners) listener();
    return sequences;
  }

  /** Calls the listener after each append; the function returned ends that. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Held events after a sequence, in order. */
  read(after: number, limit: number): OutboxRow[] {
    return this.#statements.read.all(after, limit).map((row) => this.#row(row));
  }

  /** Sequences held between two, inclusive, ascending, at most `limit`. */
  heldBetween(from: number, to: number, limit: number): number[] {
    return this.#statements.between.all(from, to, limit).map((row) => Number(row["sequence"]));
  }

  /** One held event; undefined when it was released or dropped. */
  get(sequence: number): OutboxRow | undefined {
    const row = this.#statements.one.get(sequence);
    return row === undefined ? undefined : this.#row(row);
  }

  /**
   * Lets go of what the server has committed; an acknowledgement of another epoch is none of ours. Not waited for on
   * disk: after a power cut a released event is sent again, and the server knows it. Works on a full disk, too.
   * Throws DatabaseFileError, or DiskFullError when even the reserve is not enough.
   */
  release({ epoch, ranges }: Ack): number {
    if (epoch !== this.epoch) return 0;
    const released = this.#delete(ranges);
    this.#rows -= released.rows;
    this.#bytes -= released.bytes;
    if (this.#dropping && this.#bytes < this.#maxBytes * RELIEVED) {
      this.append([dropNotice(this.#place, "ok", this.#dropped)]);
      this.#dropping = false;
    }
    return released.rows;
  }

  /** The rule states saved last, by key. */
  ruleStates(): Map<string, unknown> {
    return this.#states.read();
  }

  /**
   * Saves what changed since the last time, at most every 20 s: a state that belongs to an event is saved with the
   * event, and the rest may be a little old after a kill.
   */
  saveRuleStates(states: ReadonlyMap<string, unknown>): void {
    this.#states.saveSeldom(states);
  }

  /** Saves what rule states were given last. Throws DiskFullError or DatabaseFileError. */
  close(): void {
    try {
      this.#states.saveNow();
    } finally {
      this.#db.close();
    }
  }

  #open(file: string): BoxDatabase {
    return this.#withReserve(() => {
      const db = new BoxDatabase(file);
      createTables(db);
      return db;
    });
  }

  #delete(ranges: Ack["ranges"]): { rows: number; bytes: number } {
    const work = (): { rows: number; bytes: number } => {
      let rows = 0;
      let bytes = 0;
      for (const [from = 0, to = 0] of ranges) {
        const held = this.#statements.weigh.get(from, to);
        rows += Number(held?.["rows"] ?? 0);
        bytes += Number(held?.["bytes"] ?? 0);
        this.#statements.release.run(from, to);
      }
      return { rows, bytes };
    };
    const released = this.#withReserve(() => this.#db.lazily(work));
    if (!this.#reserve.held) {
      this.#db.shrinkFile();
      this.#reserve.set();
    }
    return released;
  }

  /** On a full disk once more, with the space that is set aside for this. */
  #withReserve<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof DiskFullError) || !this.#reserve.held) throw error;
      this.#reserve.spend();
      return work();
    }
  }

  #bornEpoch(): string {
    this.#db
      .prepare("INSERT OR IGNORE INTO meta (key, value) VALUES ('epoch', ?)")
      .run(randomBytes(8).toString("hex"));
    return String(this.#db.prepare("SELECT value FROM meta WHERE key = 'epoch'").get()?.["value"]);
  }

  #insert(draft: EventDraft): number | undefined {
    const body = JSON.stringify(draft);
    const bytes = Buffer.byteLength(body);
    if (bytes > MAX_EVENT_BYTES) throw new EventTooLargeError(`${draft.type} of ${bytes} bytes`);
    const rank = rankOf(draft);
    if (!this.#makeRoom(bytes, rank)) {
      if (rank === CASE_RANK) throw new OutboxFullError(`${this.#bytes} bytes of cases wait for the server`);
      this.#countDrop(rank);
      return undefined;
    }
    const { lastId } = this.#statements.insert.run(
      rank,
      bytes,
      EVENT_TYPES[draft.type].channel,
      body,
      Math.round(this.#bornOffsetMs + this.#nowMs()),
    );
    this.#rows += 1;
    this.#bytes += bytes;
    return lastId;
  }

  /**
   * Drops the oldest of the lowest class first, up to the class of the newcomer; cases are never dropped. False when
   * even that gives no room.
   */
  #makeRoom(bytes: number, rank: number): boolean {
    while (this.#bytes + bytes > this.#maxBytes) {
      const oldest = this.#statements.oldest.get(Math.min(rank, CASE_RANK - 1));
      if (oldest === undefined) return false;
      this.#drop(oldest);
    }
    return true;
  }

  /** What has waited too long for a server goes, cases never. Each look takes a thousand at most. */
  #dropAged(): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#agedAtMs < AGE_EVERY_MS) return;
    this.#agedAtMs = nowMs;
    const born = Math.round(this.#bornOffsetMs + nowMs - this.#maxAgeMs);
    for (const aged of this.#statements.aged.all(CASE_RANK, born)) this.#drop(aged);
  }

  #drop(row: Row): void {
    this.#statements.drop.run(Number(row["sequence"]));
    this.#rows -= 1;
    this.#bytes -= Number(row["bytes"]);
    this.#countDrop(Number(row["rank"]));
  }

  #countDrop(rank: number): void {
    const durability = DROP_ORDER[rank];
    if (durability !== undefined) this.#dropped[durability] += 1;
    this.#dropping = true;
  }

  #tellOfDrops(wasDropping: boolean): void {
    if (this.#dropping && !wasDropping) this.#insert(dropNotice(this.#place, "degraded", this.#dropped));
  }

  #row(row: Readonly<Record<string, unknown>>): OutboxRow {
    const sequence = Number(row["sequence"]);
    const body = String(row["body"]);
    return {
      sequence,
      channel: row["channel"] as OutboxRow["channel"],
      // The body is a JSON object with at least one key: the place in the order goes in front.
      payload: `{"sequence":${sequence},"epoch":"${this.epoch}",${body.slice(1)}`,
    };
  }
}
