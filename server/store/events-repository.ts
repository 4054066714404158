// Reading events: lists, one by id, and what was stored after one.
import { sql } from "kysely";
import type { Envelope } from "../../contract/event.ts";
import type { Queries } from "./database.ts";
import { beforeCursor, type Cursor, PAGE_LIMIT } from "./page.ts";
import { type EventScope, withinEvents } from "./scope.ts";

export interface StoredEvent {
  readonly id: string;
  readonly box: string;
  readonly camera: string;
  readonly receivedAt: Date;
  /** The CloudEvent as it was received. */
  readonly event: Envelope;
}

/** A row of a list: its capture time as stored, to the millisecond, is what the next page's mark needs. */
export interface ListedEvent extends StoredEvent {
  readonly time: Date;
}

export interface EventFilter {
  readonly type?: string | undefined;
  readonly box?: string | undefined;
  readonly camera?: string | undefined;
  /** Capture time, inclusive. */
  readonly from?: Date | undefined;
  /** Capture time, exclusive. */
  readonly to?: Date | undefined;
  readonly before?: Cursor | undefined;
  readonly scope: EventScope;
  readonly limit: number;
}

export type EventsRepository = ReturnType<typeof createEventsRepository>;

const columns = ["id", "box", "camera", "receivedAt", "event"] as const;

export function createEventsRepository(db: Queries) {
  return {
    /** Newest capture time first. */
    async list(filter: EventFilter): Promise<ListedEvent[]> {
      let query = db.selectFrom("events").select([...columns, "time"]);
      const within = withinEvents("events", filter.scope);
      if (within !== undefined) query = query.where(within);
      if (filter.type !== undefined) query = query.where("type", "=", filter.type);
      if (filter.box !== undefined) query = query.where("box", "=", filter.box);
      if (filter.camera !== undefined) query = query.where("camera", "=", filter.camera);
      if (filter.from !== undefined) query = query.where("time", ">=", filter.from);
      if (filter.to !== undefined) query = query.where("time", "<", filter.to);
      if (filter.before !== undefined) query = query.where(beforeCursor("events", filter.before));
      return query
        .orderBy("time", "desc")
        .orderBy("id", "desc")
        .limit(Math.min(filter.limit, PAGE_LIMIT))
        .execute();
    },

    async get(id: string, scope: EventScope): Promise<StoredEvent | undefined> {
      const query = db.selectFrom("events").select(columns).where("id", "=", id);
      const within = withinEvents("events", scope);
      return (within === undefined ? query : query.where(within)).executeTakeFirst();
    },

    /** Events at positions, given as inclusive ranges; in the order of storing. */
    async at(ranges: readonly (readonly [from: number, to: number])[]): Promise<StoredEvent[]> {
      const { rows } = await sql<StoredEvent>`
        SELECT id, box, camera, received_at, event
        FROM unnest(${ranges.map(([from]) => from)}::bigint[], ${ranges.map(([, to]) => to)}::bigint[]) AS range (first, last)
        JOIN events ON position BETWEEN first AND last
        ORDER BY position`.execute(db);
      return rows;
    },

    /** Events stored after the given one, oldest first; undefined when that one is not stored. */
    async since(id: string, limit: number, scope: EventScope): Promise<StoredEvent[] | undefined> {
      const mark = await db.selectFrom("events").select("position").where("id", "=", id).executeTakeFirst();
      if (mark === undefined) return undefined;
      const query = db.selectFrom("events").select(columns).where("position", ">", mark.position);
      const within = withinEvents("events", scope);
      return (within === undefined ? query : query.where(within))
        .orderBy("position")
        .limit(Math.min(limit, PAGE_LIMIT))
        .execute();
    },
  };
}
