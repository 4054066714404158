// The outbox's tables in SQLite and the statements on them.
import type { BoxDatabase, Statement } from "./database.ts";

const schema = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    rank     INTEGER NOT NULL,
    bytes    INTEGER NOT NULL,
    channel  TEXT NOT NULL,
    body     TEXT NOT NULL,
    born_ms  INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS events_rank ON events (rank, sequence);
  CREATE TABLE IF NOT EXISTS rule_states (key TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

export function createTables(db: BoxDatabase): void {
  db.execute(schema);
  const columns = db.prepare("SELECT name FROM pragma_table_info('events')").all();
  // A file of a release that knew no age: what it holds begins to age now.
  if (!columns.some((column) => column["name"] === "born_ms"))
    db.execute("ALTER TABLE events ADD COLUMN born_ms INTEGER NOT NULL DEFAULT 0");
}

export type Statements = Record<
  "insert" | "read" | "one" | "between" | "weigh" | "release" | "oldest" | "drop" | "aged",
  Statement
>;

export function prepareStatements(db: BoxDatabase): Statements {
  return {
    insert: db.prepare("INSERT INTO events (rank, bytes, channel, body, born_ms) VALUES (?, ?, ?, ?, ?)"),
    read: db.prepare(
      "SELECT sequence, channel, body FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?",
    ),
    one: db.prepare("SELECT sequence, channel, body FROM events WHERE sequence = ?"),
    between: db.prepare(
      "SELECT sequence FROM events WHERE sequence BETWEEN ? AND ? ORDER BY sequence LIMIT ?",
    ),
    weigh: db.prepare(
      "SELECT count(*) AS rows, coalesce(sum(bytes), 0) AS bytes FROM events WHERE sequence BETWEEN ? AND ?",
    ),
    release: db.prepare("DELETE FROM events WHERE sequence BETWEEN ? AND ?"),
    oldest: db.prepare(
      "SELECT sequence, rank, bytes FROM events WHERE rank <= ? ORDER BY rank, sequence LIMIT 1",
    ),
    drop: db.prepare("DELETE FROM events WHERE sequence = ?"),
    aged: db.prepare(
      "SELECT sequence, rank, bytes FROM events WHERE rank < ? AND born_ms < ? ORDER BY sequence LIMIT 1000",
    ),
  };
}
