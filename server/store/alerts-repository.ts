// Reading crowd alerts, open ones or all.
import { sql } from "kysely";
import { ALERT_TRANSITIONS, type AlertHandling, type AlertStep, type StoredAlert } from "./alert.ts";
import { announce } from "./announcement.ts";
import type { Actor } from "./audit-chain.ts";
import type { AuditTrail } from "./audit-repository.ts";
import type { Database, Queries } from "./database.ts";
import { beforeCursor, type Cursor, PAGE_LIMIT } from "./page.ts";
import { includesSite, type Sites, withinSites } from "./scope.ts";

export interface AlertFilter {
  /** True: only open ones; false: only closed ones; absent: all. */
  readonly open?: boolean | undefined;
  readonly handling?: AlertHandling | undefined;
  readonly site?: string | undefined;
  readonly camera?: string | undefined;
  readonly rule?: string | undefined;
  /** Of the last change, inclusive. */
  readonly from?: Date | undefined;
  /** Of the last change, exclusive. */
  readonly to?: Date | undefined;
  readonly before?: Cursor | undefined;
  readonly sites: Sites;
  readonly limit: number;
}

export type AlertsRepository = ReturnType<typeof createAlertsRepository>;

export function createAlertsRepository(db: Database, audit: AuditTrail) {
  return {
    /** Of these those that are there, last changed last. */
    find: (ids: readonly string[]): Promise<StoredAlert[]> => findAlerts(db, ids),

    /** Last changed first. */
    async list({ open, sites, before, from, to, limit, ...filter }: AlertFilter): Promise<StoredAlert[]> {
      let query = selectAlerts(db);
      const within = withinSites("alerts.site", sites);
      if (within !== undefined) query = query.where(within);
      if (open === true) query = query.where("state", "!=", "closed");
      if (open === false) query = query.where("state", "=", "closed");
      for (const column of ["handling", "site", "camera", "rule"] as const) {
        const value = filter[column];
        if (value !== undefined) query = query.where(sql.ref(`alerts.${column}`), "=", value);
      }
      if (from !== undefined) query = query.where("changedAt", ">=", from);
      if (to !== undefined) query = query.where("changedAt", "<", to);
      if (before !== undefined) query = query.where(beforeCursor("alerts", before, "changed_at"));
      const rows = await query
        .orderBy("changedAt", "desc")
        .orderBy("id", "desc")
        .limit(Math.min(limit, PAGE_LIMIT))
        .execute();
      return rows.map(toAlert);
    },

    async get(id: string, sites: Sites): Promise<StoredAlert | undefined> {
      const [alert] = await findAlerts(db, [id]);
      return alert !== undefined && includesSite(sites, alert.site) ? alert : undefined;
    },

    /** What somebody did about it; every screen hears of it. */
    async handle(
      id: string,
      step: AlertStep,
      by: Actor,
      sites: Sites,
      note?: string,
    ): Promise<StoredAlert | "not-found" | "already-handled"> {
      return db.transaction().execute(async (trx) => {
        const before = await trx
          .selectFrom("alerts")
          .select(["handling", "site"])
          .where("id", "=", id)
          .forUpdate()
          .executeTakeFirst();
        if (before === undefined || !includesSite(sites, before.site)) return "not-found";
        const handling = ALERT_TRANSITIONS[before.handling][step];
        if (handling === undefined) return "already-handled";
        await trx
          .updateTable("alerts")
          .set({
            handling,
            handledBy: by.name,
            handledAt: sql<Date>`now()`,
            ...(note === undefined ? {} : { note }),
          })
          .where("id", "=", id)
          .execute();
        await announce(trx, { alerts: [id] }, "everybody");
        await audit.append(trx, [
          { actor: by, action: `alert.${step}`, object: `alert/${id}`, reason: note },
        ]);
        return (await findAlerts(trx, [id]))[0] ?? "not-found";
      });
    },
  };
}

export async function findAlerts(db: Queries, ids: readonly string[]): Promise<StoredAlert[]> {
  if (ids.length === 0) return [];
  const rows = await selectAlerts(db).where("id", "in", ids).orderBy("changedAt").execute();
  return rows.map(toAlert);
}

function selectAlerts(db: Queries) {
  return db
    .selectFrom("alerts")
    .select([
      "id",
      "subject",
      "box",
      "camera",
      "rule",
      "site",
      "zone",
      "state",
      "openedAt",
      "changedAt",
      "persons",
      "handling",
      "handledAt",
      "handledBy",
      "note",
    ]);
}

type AlertRow = Awaited<ReturnType<ReturnType<typeof selectAlerts>["executeTakeFirstOrThrow"]>>;

function toAlert({ zone, persons, handledAt, handledBy, note, ...row }: AlertRow): StoredAlert {
  return {
    ...row,
    zone: zone ?? undefined,
    persons: persons ?? undefined,
    handledAt: handledAt ?? undefined,
    handledBy: handledBy ?? undefined,
    note: note ?? undefined,
  };
}
