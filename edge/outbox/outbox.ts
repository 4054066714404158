// The durable queue of a box: an event that it accepted stays until the server says that it is committed.
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { EVENT_TYPES } from "../../contract/event.ts";
import type { Ack } from "../../contract/messages.ts";
import { BoxDatabase, DiskFullError, type Statement } from "./database.ts";
import { DiskReserve } from "./disk-reserve.ts";
import type { EventDraft } from "../event/event-draft.ts";
import { DROP_ORDER, type OutboxRow, rankOf } from "./draft.ts";
import { type DropCounts, dropNotice } from "./drop-notice.ts";

export interface OutboxOptions {
  /** Created with mode 0700; the queue is `outbox.sqlite` in it. */
  readonly folder: string;
  readonly site: string;
  readonly box: string;
  /** Most bytes of events held; the file is about a third larger. Default 512 MiB. */
  readonly maxBytes?: number | undefined;
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
/** Rule states change with every frame; writing them each second would cost a memory card 1.4 GB a day. */
const SAVE_EVERY_MS = 20_000;
const CASE_RANK = DROP_ORDER.indexOf("case");

const schema = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    rank     INTEGER NOT NULL,
    bytes    INTEGER NOT NULL,
    channel  TEXT NOT NULL,
    body     TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS events_rank ON events (rank, sequence);
  CREATE TABLE IF NOT EXISTS rule_states (key TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

export class Outbox {
  readonly #db: BoxDatabase;
  readonly #reserve: DiskReserve;
  readonly #place: { readonly site: string; readonly box: string };
  readonly #maxBytes: number;
  readonly #statements: Record<
    "insert" | "read" | "one" | "between" | "weigh" | "release" | "oldest" | "drop" | "save",
    Statement
  >;
  readonly #listeners = new Set<() => void>();
  readonly #savedStates = new Map<string, string>();
  /** Given since the last save, the newest of each key. */
  #unsavedStates: ReadonlyMap<string, unknown> = new Map();
  #savedAtMs = Number.NEGATIVE_INFINITY;
  /** Random, 16 hex digits, born with the file: with it a sequence is unique for ever. */
  readonly epoch: string;
  #rows: number;
  #bytes: number;
  #dropped: DropCounts = { sample: 0, flow: 0, alert: 0, case: 0 };
  #dropping = false;

  /** Opens or creates it. Throws DatabaseFileError or DiskFullError. */
  constructor({ folder, site, box, maxBytes = DEFAULT_MAX_BYTES }: OutboxOptions) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, "outbox.sqlite");
    this.#reserve = new DiskReserve(folder);
    this.#db = this.#open(file);
    chmodSync(file, 0o600);
    this.#reserve.set();
    this.#place = { site, box };
    this.#maxBytes = maxBytes;
    this.#statements = {
      insert: this.#db.prepare("INSERT INTO events (rank, bytes, channel, body) VALUES (?, ?, ?, ?)"),
      read: this.#db.prepare(
        "SELECT sequence, channel, body FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?",
      ),
      one: this.#db.prepare("SELECT sequence, channel, body FROM events WHERE sequence = ?"),
      between: this.#db.prepare(
        "SELECT sequence FROM events WHERE sequence BETWEEN ? AND ? ORDER BY sequence LIMIT ?",
      ),
      weigh: this.#db.prepare(
        "SELECT count(*) AS rows, coalesce(sum(bytes), 0) AS bytes FROM events WHERE sequence BETWEEN ? AND ?",
      ),
      release: this.#db.prepare("DELETE FROM events WHERE sequence BETWEEN ? AND ?"),
      oldest: this.#db.prepare(
        "SELECT sequence, rank, bytes FROM events WHERE rank <= ? ORDER BY rank, sequence LIMIT 1",
      ),
      drop: this.#db.prepare("DELETE FROM events WHERE sequence = ?"),
      save: this.#db.prepare("INSERT OR REPLACE INTO rule_states (key, state) VALUES (?, ?)"),
    };
    this.epoch = this.#bornEpoch();
    const held = this.#statements.weigh.get(0, Number.MAX_SAFE_INTEGER);
    this.#rows = Number(held?.["rows"] ?? 0);
    this.#bytes = Number(held?.["bytes"] ?? 0);
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
    const changed = this.#changedStates(states);
    let sequences: (number | undefined)[];
    try {
      sequences = this.#db.durably(() => {
        const given = drafts.map((draft) => this.#insert(draft));
        this.#tellOfDrops(before.dropping);
        for (const [key, state] of changed) this.#statements.save.run(key, state);
        return given;
      });
    } catch (error) {
      this.#rows = before.rows;
      this.#bytes = before.bytes;
      this.#dropped = before.dropped;
      this.#dropping = before.dropping;
      throw error;
    }
    for (const [key, state] of changed) this.#savedStates.set(key, state);
    // Older than what was saved just now.
    if (states !== undefined)
      this.#unsavedStates = new Map([...this.#unsavedStates].filter(([key]) => !states.has(key)));
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
    const rows = this.#db.prepare("SELECT key, state FROM rule_states").all();
    return new Map(rows.map((row) => [String(row["key"]), JSON.parse(String(row["state"])) as unknown]));
  }

  /**
   * Saves what changed since the last time, at most every 20 s: a state that belongs to an event is saved with the
   * event, and the rest may be a little old after a kill. Not waited for on disk.
   */
  saveRuleStates(states: ReadonlyMap<string, unknown>): void {
    this.#unsavedStates = new Map([...this.#unsavedStates, ...states]);
    if (performance.now() - this.#savedAtMs >= SAVE_EVERY_MS) this.#saveStates();
  }

  #saveStates(): void {
    const changed = this.#changedStates(this.#unsavedStates);
    this.#unsavedStates = new Map();
    this.#savedAtMs = performance.now();
    if (changed.size === 0) return;
    this.#db.lazily(() => {
      for (const [key, state] of changed) this.#statements.save.run(key, state);
    });
    for (const [key, state] of changed) this.#savedStates.set(key, state);
  }

  /** Saves what rule states were given last. Throws DiskFullError or DatabaseFileError. */
  close(): void {
    try {
      this.#saveStates();
    } finally {
      this.#db.close();
    }
  }

  #open(file: string): BoxDatabase {
    return this.#withReserve(() => {
      const db = new BoxDatabase(file);
      db.execute(schema);
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
    const { lastId } = this.#statements.insert.run(rank, bytes, EVENT_TYPES[draft.type].channel, body);
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
      this.#statements.drop.run(Number(oldest["sequence"]));
      this.#rows -= 1;
      this.#bytes -= Number(oldest["bytes"]);
      this.#countDrop(Number(oldest["rank"]));
    }
    return true;
  }

  #countDrop(rank: number): void {
    const durability = DROP_ORDER[rank];
    if (durability !== undefined) this.#dropped[durability] += 1;
    this.#dropping = true;
  }

  #tellOfDrops(wasDropping: boolean): void {
    if (this.#dropping && !wasDropping) this.#insert(dropNotice(this.#place, "degraded", this.#dropped));
  }

  #changedStates(states: ReadonlyMap<string, unknown> | undefined): Map<string, string> {
    const changed = new Map<string, string>();
    for (const [key, value] of states ?? []) {
      const state = JSON.stringify(value);
      if (this.#savedStates.get(key) !== state) changed.set(key, state);
    }
    return changed;
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
