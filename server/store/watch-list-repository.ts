// The watch list: entries are asked for, approved by somebody else, and end by themselves. Each step is an audit row.
import { sql, type RawBuilder } from "kysely";
import { v7 } from "uuid";
import { type Actor, SERVER } from "./audit-chain.ts";
import type { AuditTrail } from "./audit-repository.ts";
import type { Database, Queries } from "./database.ts";
import { beforeCursor, type Cursor, PAGE_LIMIT } from "./page.ts";
import type { Sites } from "./scope.ts";
import {
  type NewWatchEntry,
  type StoredWatchEntry,
  WATCH_TRANSITIONS,
  type WatchFault,
  type WatchKind,
  type WatchState,
  type WatchStep,
} from "./watch-entry.ts";

export interface WatchFilter {
  readonly kind?: WatchKind | undefined;
  readonly state?: WatchState | undefined;
  readonly before?: Cursor | undefined;
  readonly sites: Sites;
  readonly limit: number;
}

const MOST_DUE = 500;

export type WatchListRepository = ReturnType<typeof createWatchListRepository>;

export function createWatchListRepository(db: Database, audit: AuditTrail) {
  async function take(trx: Queries, id: string, step: WatchStep, by: Actor, reason?: string): Promise<void> {
    const { state } = await trx
      .selectFrom("watchEntries")
      .select("state")
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    const next = WATCH_TRANSITIONS[state][step];
    if (next === undefined) throw new TypeError(`${state} has no ${step}`);
    const decided = step === "approve" || step === "refuse" || step === "revoke";
    await trx
      .updateTable("watchEntries")
      .set({
        state: next,
        ...(step === "approve" ? { approverId: by.id ?? null, approver: by.name } : {}),
        ...(decided ? { decidedAt: sql<Date>`now()`, endedReason: reason ?? null } : {}),
      })
      .where("id", "=", id)
      .execute();
    await audit.append(trx, [{ actor: by, action: `watchlist.${step}`, object: `watchlist/${id}`, reason }]);
  }

  return {
    /** Newest first. */
    async list({ kind, state, before, sites, limit }: WatchFilter): Promise<StoredWatchEntry[]> {
      let query = db.selectFrom("watchEntries").select(columns).where(within(sites));
      if (kind !== undefined) query = query.where("kind", "=", kind);
      if (state !== undefined) query = query.where("state", "=", state);
      if (before !== undefined) query = query.where(beforeCursor("watch_entries", before, "created_at"));
      const rows = await query
        .orderBy("createdAt", "desc")
        .orderBy("id", "desc")
        .limit(Math.min(limit, PAGE_LIMIT))
        .execute();
      return rows.map(toEntry);
    },

    get: (id: string, sites: Sites): Promise<StoredWatchEntry | undefined> => find(db, id, sites),

    async propose(entry: NewWatchEntry, by: Actor): Promise<StoredWatchEntry> {
      if (by.id === undefined) throw new TypeError("an entry has a requester");
      const { id: requesterId, name: requester } = by;
      const { plate, sites, ...rest } = entry;
      return db.transaction().execute(async (trx) => {
        const row = await trx
          .insertInto("watchEntries")
          .values({ ...rest, id: v7(), plate: plate ?? null, sites: [...sites], requesterId, requester })
          .returning(columns)
          .executeTakeFirstOrThrow();
        const detail = { kind: entry.kind, document: entry.document, sites };
        const object = `watchlist/${row.id}`;
        await audit.append(trx, [
          { actor: by, action: "watchlist.propose", object, reason: entry.reason, detail },
        ]);
        return toEntry(row);
      });
    },

    /** A person's step, at entries that lie wholly within `sites`. */
    async step(
      id: string,
      step: "approve" | "refuse" | "revoke",
      by: Actor,
      sites: Sites,
      reason?: string,
    ): Promise<StoredWatchEntry | WatchFault> {
      return db.transaction().execute(async (trx) => {
        const found = await trx
          .selectFrom("watchEntries")
          .select(["state", "requesterId", "sites"])
          .where("id", "=", id)
          .forUpdate()
          .executeTakeFirst();
        if (found === undefined || !covers(sites, found.sites)) return "not-found";
        if (WATCH_TRANSITIONS[found.state][step] === undefined) return "already-decided";
        if (step === "approve" && found.requesterId === by.id) return "own-request";
        await take(trx, id, step, by, reason);
        return (await find(trx, id, "all")) ?? "not-found";
      });
    },

    /** What the clock does: begins what is approved, ends what has run out. Returns how many entries changed. */
    async advance(): Promise<number> {
      return db.transaction().execute(async (trx) => {
        const { rows } = await sql<{ id: string; step: "start" | "expire" }>`
          SELECT id, CASE WHEN expires_at <= now() THEN 'expire' ELSE 'start' END AS step FROM watch_entries
          WHERE (state IN ('draft', 'approved', 'active') AND expires_at <= now())
            OR (state = 'approved' AND starts_at <= now())
          ORDER BY id LIMIT ${MOST_DUE} FOR UPDATE SKIP LOCKED`.execute(trx);
        for (const { id, step } of rows) await take(trx, id, step, SERVER);
        return rows.length;
      });
    },
  };
}

/** Whether somebody of `own` sites may decide about all `wanted` ones. */
export function covers(own: Sites, wanted: readonly string[]): boolean {
  return own === "all" || wanted.every((site) => own.includes(site));
}

/** Entries that are looked for at one of the sites. */
function within(sites: Sites): RawBuilder<boolean> {
  if (sites.length === 0) return sql<boolean>`false`;
  return sites === "all" ? sql<boolean>`true` : sql<boolean>`(sites && ${sites}::text[] OR '*' = ANY(sites))`;
}

const columns = [
  ...(["id", "kind", "name", "plate", "reason", "authority", "document", "sites", "startsAt"] as const),
  ...(["expiresAt", "state", "requester", "approver", "decidedAt", "endedReason", "createdAt"] as const),
] as const;

async function find(db: Queries, id: string, sites: Sites): Promise<StoredWatchEntry | undefined> {
  const row = await db
    .selectFrom("watchEntries")
    .select(columns)
    .where("id", "=", id)
    .where(within(sites))
    .executeTakeFirst();
  return row === undefined ? undefined : toEntry(row);
}

type Nulled = "plate" | "approver" | "decidedAt" | "endedReason";
type WatchRow = Omit<StoredWatchEntry, Nulled> & {
  readonly [K in Nulled]: NonNullable<StoredWatchEntry[K]> | null;
};

function toEntry({ plate, approver, decidedAt, endedReason, ...row }: WatchRow): StoredWatchEntry {
  return {
    ...row,
    plate: plate ?? undefined,
    approver: approver ?? undefined,
    decidedAt: decidedAt ?? undefined,
    endedReason: endedReason ?? undefined,
  };
}
