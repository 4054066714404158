// Cases: what waits for people, read by whatever one looks for, and taken through their hands.
import { sql } from "kysely";
import type { AuditTrail } from "./audit-repository.ts";
import type { CaseEntry, CaseKind, CaseState, CaseStep, CorrectedField, StoredCase } from "./case.ts";
import { type CaseReview, type CaseReviewOptions, createCaseReview } from "./case-review.ts";
import { findCase, selectCases, withEvidence } from "./case-rows.ts";
import type { Database } from "./database.ts";
import { beforeCursor, type Cursor, PAGE_LIMIT } from "./page.ts";
import { type CaseScope, withinCases } from "./scope.ts";

export interface CaseFilter {
  readonly state?: CaseState | undefined;
  readonly kind?: CaseKind | undefined;
  readonly site?: string | undefined;
  readonly box?: string | undefined;
  readonly camera?: string | undefined;
  readonly rule?: string | undefined;
  /** Capture time, inclusive. */
  readonly from?: Date | undefined;
  /** Capture time, exclusive. */
  readonly to?: Date | undefined;
  /** As read or as corrected, in the form of searchPlate(). */
  readonly plate?: string | undefined;
  /** Part of a plate, likewise. */
  readonly platePart?: string | undefined;
  readonly before?: Cursor | undefined;
  readonly scope: CaseScope;
  readonly limit: number;
}

export interface CasesRepository extends CaseReview {
  /** Newest capture time first. */
  list(filter: CaseFilter): Promise<StoredCase[]>;
  get(id: string, scope: CaseScope): Promise<StoredCase | undefined>;
  /** Of these those that are cases, oldest capture time first. */
  find(ids: readonly string[]): Promise<StoredCase[]>;
  /** Each step and correction, the first first. */
  history(id: string): Promise<CaseEntry[]>;
}

export function createCasesRepository(
  db: Database,
  options: CaseReviewOptions,
  audit: AuditTrail,
): CasesRepository {
  return {
    ...createCaseReview(db, options, audit),

    async find(ids) {
      if (ids.length === 0) return [];
      const rows = await selectCases(db)
        .where("cases.id", "in", [...ids])
        .orderBy("cases.time")
        .execute();
      return withEvidence(db, rows);
    },

    async list(filter) {
      let query = selectCases(db);
      const within = withinCases("cases", filter.scope);
      if (within !== undefined) query = query.where(within);
      for (const column of ["state", "kind", "site", "box", "camera", "rule"] as const) {
        const value = filter[column];
        if (value !== undefined) query = query.where(sql.ref(`cases.${column}`), "=", value);
      }
      if (filter.from !== undefined) query = query.where("cases.time", ">=", filter.from);
      if (filter.to !== undefined) query = query.where("cases.time", "<", filter.to);
      const { plate, platePart } = filter;
      if (plate !== undefined)
        query = query.where((is) => is.or([is("plate", "=", plate), is("plateCorrected", "=", plate)]));
      if (platePart !== undefined) {
        const part = `%${platePart}%`;
        query = query.where((is) => is.or([is("plate", "like", part), is("plateCorrected", "like", part)]));
      }
      if (filter.before !== undefined) query = query.where(beforeCursor("cases", filter.before));
      const rows = await query
        .orderBy("cases.time", "desc")
        .orderBy("cases.id", "desc")
        .limit(Math.min(filter.limit, PAGE_LIMIT))
        .execute();
      return withEvidence(db, rows);
    },

    get: (id, scope) => findCase(db, id, scope),

    async history(id) {
      const { rows } = await sql<
        Omit<CaseEntry, "reason" | "what"> & { what: string; reason: string | null }
      >`
        SELECT at, by, what, value, reason FROM (
          SELECT at, actor AS by, step AS what, state AS value, reason, id, 0 AS second FROM case_steps WHERE case_id = ${id}
          UNION ALL
          SELECT at, author, field, value, reason, id, 1 FROM case_corrections WHERE case_id = ${id}
        ) AS entries ORDER BY at, second, id LIMIT 1000`.execute(db);
      return rows.map(({ what, reason, ...row }) => ({
        ...row,
        what: what as CaseStep | CorrectedField,
        reason: reason ?? undefined,
      }));
    },
  };
}
