// Where a page of a list begins: the last row of the page before it. Lists run newest first.
import { sql, type RawBuilder } from "kysely";

export interface Cursor {
  /** To the millisecond, as stored. */
  readonly time: Date;
  readonly id: string;
}

/** `(time, id) < (cursor)` as one row comparison, which an index on (time, id) answers. */
export function beforeCursor(table: string, { time, id }: Cursor, column = "time"): RawBuilder<boolean> {
  return sql<boolean>`(${sql.ref(`${table}.${column}`)}, ${sql.ref(`${table}.id`)}) < (${time}::timestamptz, ${id}::uuid)`;
}

/** Most rows that a list gives at once. */
export const PAGE_LIMIT = 500;
