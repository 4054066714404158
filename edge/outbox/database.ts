// SQLite as the box uses it: the only file that knows the library. WAL, every commit on disk unless said otherwise.
import { DatabaseSync, type StatementSyncInstance } from "@photostructure/sqlite";

/** The disk is full, or the file has reached its largest size: nothing was written, what was there is whole. */
export class DiskFullError extends Error {
  override readonly name = "DiskFullError";
}

/** The file can't be read or written. */
export class DatabaseFileError extends Error {
  override readonly name = "DatabaseFileError";
}

export type Row = Readonly<Record<string, unknown>>;
export type Value = string | number | null | Uint8Array;

export interface Statement {
  run(...values: Value[]): { readonly changes: number; readonly lastId: number };
  get(...values: Value[]): Row | undefined;
  all(...values: Value[]): Row[];
}

// Primary result codes (sqlite3.h) that speak of the file or the disk; any other one is a mistake in our SQL.
const SQLITE_FULL = 13;
const FILE_FAULTS: ReadonlySet<number> = new Set([5, 8, 10, 11, 14, 26]); // busy, read-only, I/O, corrupt, can't open, not a database

export class BoxDatabase {
  readonly #db: InstanceType<typeof DatabaseSync>;

  /** Throws {@link DatabaseFileError}. */
  constructor(file: string) {
    this.#db = guarded(() => new DatabaseSync(file));
    // Only a new file takes this; it lets a file that was full give space back to the disk.
    this.execute("PRAGMA auto_vacuum = INCREMENTAL");
    // The log stays near 1 MB, so that little room is needed to write it back (see disk-reserve.ts).
    this.execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA wal_autocheckpoint = 250",
    );
  }

  execute(sql: string): void {
    guarded(() => this.#db.exec(sql));
  }

  prepare(sql: string): Statement {
    const statement: StatementSyncInstance = guarded(() => this.#db.prepare(sql));
    return {
      run: (...values) => {
        const { changes, lastInsertRowid } = guarded(() => statement.run(...values));
        return { changes, lastId: Number(lastInsertRowid) };
      },
      get: (...values) => guarded(() => statement.get(...values) as Row | undefined),
      all: (...values) => guarded(() => statement.all(...values) as Row[]),
    };
  }

  /** All of `work` or nothing; on disk when this returns. Throws {@link DiskFullError}, {@link DatabaseFileError}. */
  durably<T>(work: () => T): T {
    this.execute("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.execute("COMMIT");
      return result;
    } catch (error) {
      // SQLite may have rolled back by itself already (a full disk).
      if (this.#db.isTransaction) this.execute("ROLLBACK");
      throw error;
    }
  }

  /**
   * Like {@link durably}, without waiting for the disk: a power cut may undo it, never half of it. For what may
   * happen twice.
   */
  lazily<T>(work: () => T): T {
    this.execute("PRAGMA synchronous = NORMAL");
    try {
      return this.durably(work);
    } finally {
      this.execute("PRAGMA synchronous = FULL");
    }
  }

  /** Writes the log back and empties it, which gives its space to the disk. */
  shrinkLog(): void {
    this.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  /** Gives up to 4 MB of what is unused in the file to the disk. */
  shrinkFile(): void {
    this.execute("PRAGMA incremental_vacuum(1000)");
    this.shrinkLog();
  }

  close(): void {
    this.#db.close();
  }
}

function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (cause) {
    const { sqliteCode } = cause as { sqliteCode?: number };
    const text = (cause as Error).message;
    if (sqliteCode === SQLITE_FULL) throw new DiskFullError(text, { cause });
    if (sqliteCode !== undefined && FILE_FAULTS.has(sqliteCode)) throw new DatabaseFileError(text, { cause });
    throw cause;
  }
}
