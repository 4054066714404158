// The forward queue: what is due, who works on it, and how each attempt ended.
import { sql, type UpdateObject } from "kysely";
import { announce } from "./announcement.ts";
import { SERVER } from "./audit-chain.ts";
import type { Database, Queries } from "./database.ts";
import type { ForwardKind, ForwardState, StoredForward } from "./forward.ts";
import { PAGE_LIMIT } from "./page.ts";
import { type Sites, withinSites } from "./scope.ts";
import type { Tables } from "./tables.ts";

/** A row taken for one attempt; `body` is the JSON text to be signed and sent. */
export interface ClaimedForward {
  readonly id: string;
  readonly eventId: string;
  readonly body: string;
  /** Attempts including this one. */
  readonly attempts: number;
  readonly ageMs: number;
}

export type ForwardsRepository = ReturnType<typeof createForwardsRepository>;

/** `aheadMs` sets this queue's clock ahead of the database's: how a day's outage is tried in a minute. */
export function createForwardsRepository(db: Database, aheadMs: () => number = () => 0) {
  const now = () => sql<Date>`now() + ${aheadMs()} * interval '1 millisecond'`;
  return {
    /** Last queued first. */
    async list({
      state,
      destination,
      sites,
      limit,
    }: {
      state?: ForwardState | undefined;
      destination?: string | undefined;
      sites: Sites;
      limit: number;
    }): Promise<StoredForward[]> {
      let query = selectForwards(db);
      const within = withinSites("forwards.site", sites);
      if (within !== undefined) query = query.where(within);
      if (state !== undefined) query = query.where("state", "=", state);
      if (destination !== undefined) query = query.where("destination", "=", destination);
      const rows = await query.orderBy("id", "desc").limit(Math.min(limit, PAGE_LIMIT)).execute();
      return rows.map(toForward);
    },

    /**
     * Takes due rows of one destination, oldest first, for `leaseMs`: no other worker sees them meanwhile, and
     * a worker that dies gives them back by itself. A row waits for the one before it of the same source and
     * subject; one that is dead holds up nobody.
     */
    async claim(destination: string, limit: number, leaseMs: number): Promise<ClaimedForward[]> {
      const { rows } = await sql<ClaimedForward>`
        UPDATE forwards SET attempts = attempts + 1, next_at = ${now()} + ${leaseMs} * interval '1 millisecond'
        WHERE id IN (
          SELECT id FROM forwards AS due
          WHERE destination = ${destination} AND state = 'waiting' AND next_at <= ${now()}
            AND NOT EXISTS (
              SELECT FROM forwards AS earlier
              WHERE earlier.destination = due.destination AND earlier.order_key = due.order_key
                AND earlier.state = 'waiting' AND earlier.id < due.id
            )
          ORDER BY next_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED
        )
        RETURNING id, event_id, body::text AS body, attempts,
          (extract(epoch FROM ${now()} - created_at) * 1000)::float8 AS age_ms`.execute(db);
      return rows;
    },

    /** The destination took it; a case whose last row this was becomes `forwarded`. */
    async delivered(id: string): Promise<{ forward: StoredForward | undefined; caseId: string | undefined }> {
      return db.transaction().execute(async (trx) => {
        const forward = await finish(trx, id, {
          state: "delivered",
          deliveredAt: now(),
          lastError: null,
        });
        if (forward === undefined || !CASE_KINDS.has(forward.kind)) return { forward, caseId: undefined };
        // Two last rows that end at the same time must see each other: one waits here, and then looks.
        await sql`SELECT FROM cases WHERE id = ${forward.eventId} FOR UPDATE`.execute(trx);
        const changed = await sql<{ caseId: string }>`
          WITH forwarded AS (
            UPDATE cases SET state = 'forwarded', version = version + 1
            WHERE id = ${forward.eventId} AND state = 'confirmed'
              AND NOT EXISTS (SELECT FROM forwards WHERE event_id = ${forward.eventId} AND state <> 'delivered')
            RETURNING id
          )
          INSERT INTO case_steps (case_id, actor, step, state)
          SELECT id, ${SERVER.name}, 'forward', 'forwarded' FROM forwarded
          RETURNING case_id`.execute(trx);
        const caseId = changed.rows[0]?.caseId;
        if (caseId !== undefined) await announce(trx, { cases: [caseId] });
        return { forward, caseId };
      });
    },

    /** The attempt failed: again after `delayMs`, or never (`dead`) when that is undefined. */
    async failed(id: string, error: string, delayMs: number | undefined): Promise<StoredForward | undefined> {
      const lastError = error.slice(0, 500);
      return delayMs === undefined
        ? finish(db, id, { state: "dead", lastError })
        : finish(db, id, { nextAt: sql<Date>`${now()} + ${delayMs} * interval '1 millisecond'`, lastError });
    },

    /** Puts a dead row back into the queue, as a person asked. */
    async replay(id: string, sites: Sites): Promise<StoredForward | undefined> {
      const query = db
        .updateTable("forwards")
        .set({ state: "waiting", attempts: 0, nextAt: now(), createdAt: now() })
        .where("id", "=", id)
        .where("state", "=", "dead");
      const within = withinSites("forwards.site", sites);
      const row = await (within === undefined ? query : query.where(within))
        .returning(columns)
        .executeTakeFirst();
      return row === undefined ? undefined : toForward(row);
    },
  };
}

/** Kinds of which the event is a case. */
const CASE_KINDS: ReadonlySet<string> = new Set<ForwardKind>(["traffic-case", "face-match"]);

const columns = [
  "id",
  "destination",
  "eventId",
  "kind",
  "site",
  "state",
  "attempts",
  "nextAt",
  "deliveredAt",
  "lastError",
] as const;

function selectForwards(db: Queries) {
  return db.selectFrom("forwards").select(columns);
}

type ForwardRow = Awaited<ReturnType<ReturnType<typeof selectForwards>["executeTakeFirstOrThrow"]>>;

async function finish(
  db: Queries,
  id: string,
  outcome: UpdateObject<Tables, "forwards">,
): Promise<StoredForward | undefined> {
  const row = await db
    .updateTable("forwards")
    .set(outcome)
    .where("id", "=", id)
    .where("state", "=", "waiting")
    .returning(columns)
    .executeTakeFirst();
  return row === undefined ? undefined : toForward(row);
}

function toForward({ deliveredAt, lastError, ...row }: ForwardRow): StoredForward {
  return { ...row, deliveredAt: deliveredAt ?? undefined, lastError: lastError ?? undefined };
}
