// The audit trail: rows are added inside the transaction that they tell of, and read.
import { sql } from "kysely";
import { type AuditEntry, auditHash, type AuditRow, auditSeal, NO_ROW } from "./audit-chain.ts";
import type { Database, Queries } from "./database.ts";
import { PAGE_LIMIT } from "./page.ts";

/** "audit" in ASCII: rows are added one after the other, over all servers. */
const LOCK = 0x6175646974;

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly object?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Rows before this position. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface StoredAuditRow extends AuditRow {
  readonly hash: Buffer;
  readonly seal: Buffer;
}

export interface AuditHead {
  readonly position: number;
  readonly hash: Buffer;
  readonly seal: Buffer;
}

export type AuditTrail = ReturnType<typeof createAuditTrail>;

/** `key`: the server's, for the seals. */
export function createAuditTrail(db: Database, key: Buffer) {
  /** Holds the trail until the transaction ends: the last thing that a transaction does. */
  async function append(trx: Queries, entries: readonly AuditEntry[]): Promise<void> {
    await sql`SELECT pg_advisory_xact_lock(${LOCK})`.execute(trx);
    const { rows } = await sql<{ at: Date; position: string | null; hash: Buffer | null }>`
      SELECT date_trunc('milliseconds', clock_timestamp()) AS at, position, hash
      FROM (SELECT 1) AS one LEFT JOIN audit_head ON true`.execute(trx);
    const at = rows[0]?.at ?? new Date();
    let last: { position: number; hash: Buffer } = {
      position: Number(rows[0]?.position ?? NO_ROW.position),
      hash: rows[0]?.hash ?? NO_ROW.hash,
    };
    const values = entries.map(({ actor, action, object, reason, detail = {} }) => {
      const row: AuditRow = {
        ...{ position: last.position + 1, at, action, object, detail, previous: last.hash },
        ...{ actorId: actor.id ?? null, actor: actor.name, address: actor.address, reason: reason ?? null },
      };
      const hash = auditHash(row);
      last = { position: row.position, hash };
      const seal = auditSeal(key, "row", row.position, hash);
      return { ...row, position: String(row.position), detail: JSON.stringify(detail), hash, seal };
    });
    await trx.insertInto("audit").values(values).execute();
    const head = {
      ...last,
      position: String(last.position),
      seal: auditSeal(key, "head", last.position, last.hash),
    };
    await trx
      .insertInto("auditHead")
      .values({ one: true, ...head })
      .onConflict((conflict) => conflict.column("one").doUpdateSet(head))
      .execute();
  }

  return {
    append,

    /** For what changes nothing else: a view, a refusal. */
    note: (entry: AuditEntry): Promise<void> => db.transaction().execute((trx) => append(trx, [entry])),

    /** Newest first. */
    async list(filter: AuditFilter): Promise<StoredAuditRow[]> {
      let query = db.selectFrom("audit").selectAll();
      if (filter.actor !== undefined) query = query.where("actor", "=", filter.actor);
      if (filter.action !== undefined) query = query.where("action", "=", filter.action);
      if (filter.object !== undefined) query = query.where("object", "=", filter.object);
      if (filter.from !== undefined) query = query.where("at", ">=", filter.from);
      if (filter.to !== undefined) query = query.where("at", "<", filter.to);
      if (filter.before !== undefined) query = query.where("position", "<", String(filter.before));
      const rows = await query
        .orderBy("position", "desc")
        .limit(Math.min(filter.limit, PAGE_LIMIT))
        .execute();
      return rows.map(toRow);
    },

    /** In order, for verification. */
    async after(position: number, limit: number): Promise<StoredAuditRow[]> {
      const rows = await db
        .selectFrom("audit")
        .selectAll()
        .where("position", ">", String(position))
        .orderBy("position")
        .limit(limit)
        .execute();
      return rows.map(toRow);
    },

    async head(): Promise<AuditHead | undefined> {
      const row = await db.selectFrom("auditHead").selectAll().executeTakeFirst();
      return row === undefined ? undefined : { ...row, position: Number(row.position) };
    },
  };
}

function toRow<T extends { readonly position: string }>(row: T): Omit<T, "position"> & { position: number } {
  return { ...row, position: Number(row.position) };
}
