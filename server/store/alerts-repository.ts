// Reading crowd alerts, open ones or all.
import type { Queries } from "./database.ts";
import type { StoredAlert } from "./alert.ts";
import { PAGE_LIMIT } from "./page.ts";
import { type Sites, withinSites } from "./scope.ts";

export interface AlertFilter {
  /** True: only open ones; false: only closed ones; absent: all. */
  readonly open?: boolean | undefined;
  readonly sites: Sites;
  readonly limit: number;
}

export type AlertsRepository = ReturnType<typeof createAlertsRepository>;

export function createAlertsRepository(db: Queries) {
  return {
    /** Of these those that are there, last changed last. */
    find: (ids: readonly string[]): Promise<StoredAlert[]> => findAlerts(db, ids),

    /** Last changed first. */
    async list({ open, sites, limit }: AlertFilter): Promise<StoredAlert[]> {
      let query = selectAlerts(db);
      const within = withinSites("alerts.site", sites);
      if (within !== undefined) query = query.where(within);
      if (open === true) query = query.where("state", "!=", "closed");
      if (open === false) query = query.where("state", "=", "closed");
      const rows = await query
        .orderBy("changedAt", "desc")
        .orderBy("id", "desc")
        .limit(Math.min(limit, PAGE_LIMIT))
        .execute();
      return rows.map(toAlert);
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
    ]);
}

type AlertRow = Awaited<ReturnType<ReturnType<typeof selectAlerts>["executeTakeFirstOrThrow"]>>;

function toAlert({ zone, persons, ...row }: AlertRow): StoredAlert {
  return { ...row, zone: zone ?? undefined, persons: persons ?? undefined };
}
