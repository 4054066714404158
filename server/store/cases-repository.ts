// Cases: what waits for a person, and the decision that lets it go on.
import { sql } from "kysely";
import type { Envelope } from "../../contract/event.ts";
import {
  type CaseKind,
  type CaseState,
  decided,
  type Decision,
  type DecisionResult,
  type StoredCase,
} from "./case.ts";
import { announce } from "./announcement.ts";
import type { AuditTrail } from "./audit-repository.ts";
import type { Database, Queries } from "./database.ts";
import { findEvidence, type StoredEvidence } from "./evidence.ts";
import type { DestinationsFor, ForwardKind } from "./forward.ts";
import { queueForwards } from "./queue-forwards.ts";
import { beforeCursor, type Cursor, PAGE_LIMIT } from "./page.ts";
import { type CaseScope, withinCases } from "./scope.ts";

export interface CaseFilter {
  readonly state?: CaseState | undefined;
  readonly kind?: CaseKind | undefined;
  readonly before?: Cursor | undefined;
  readonly scope: CaseScope;
  readonly limit: number;
}

export interface CasesRepository {
  /** Newest capture time first. */
  list(filter: CaseFilter): Promise<StoredCase[]>;
  get(id: string, scope: CaseScope): Promise<StoredCase | undefined>;
  /** Of these those that are cases, oldest capture time first. */
  find(ids: readonly string[]): Promise<StoredCase[]>;
  /** The decision and the forward rows that follow from it are one transaction. */
  decide(id: string, decision: Decision, scope: CaseScope): Promise<DecisionResult>;
}

const forwardKind: Readonly<Record<CaseKind, ForwardKind>> = { traffic: "traffic-case", face: "face-match" };

export function createCasesRepository(
  db: Database,
  destinationsFor: DestinationsFor,
  audit: AuditTrail,
): CasesRepository {
  return {
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
      if (filter.state !== undefined) query = query.where("cases.state", "=", filter.state);
      if (filter.kind !== undefined) query = query.where("cases.kind", "=", filter.kind);
      if (filter.before !== undefined) query = query.where(beforeCursor("cases", filter.before));
      const rows = await query
        .orderBy("cases.time", "desc")
        .orderBy("cases.id", "desc")
        .limit(Math.min(filter.limit, PAGE_LIMIT))
        .execute();
      return withEvidence(db, rows);
    },

    get: (id, scope) => findCase(db, id, scope),

    decide: (id, decision, scope) =>
      db.transaction().execute(async (trx): Promise<DecisionResult> => {
        const before = await findCase(trx, id, scope);
        if (before === undefined) return { ok: false, fault: "not-found" };
        const state = decided(before.state, decision.decision);
        if (state === undefined) return { ok: false, fault: "already-decided", state: before.state };
        const changed = await trx
          .updateTable("cases")
          .set({
            state,
            reason: decision.reason ?? null,
            decidedBy: decision.by.name,
            decidedAt: sql<Date>`now()`,
            version: before.version + 1,
          })
          .where("id", "=", id)
          .where("version", "=", before.version)
          .executeTakeFirst();
        const after = await findCase(trx, id, scope);
        if (after === undefined) return { ok: false, fault: "not-found" };
        // Somebody else decided between our reading and our writing: theirs stands.
        if (changed.numUpdatedRows === 0n) return { ok: false, fault: "already-decided", state: after.state };
        const confirmed = state === "confirmed";
        if (confirmed) {
          const kind = forwardKind[after.kind];
          await queueForwards(trx, [{ eventId: id, kind, event: withDecision(after) }], destinationsFor);
        }
        await announce(trx, { cases: [id], forwards: confirmed }, "everybody");
        await audit.append(trx, [
          {
            actor: decision.by,
            action: `case.${decision.decision}`,
            object: `case/${id}`,
            reason: decision.reason,
          },
        ]);
        return { ok: true, case: after };
      }),
  };
}

/** The event as forwarded: who decided and when travel as CloudEvents extension attributes. */
function withDecision({ event, decidedAt, decidedBy }: StoredCase): Envelope & Record<string, unknown> {
  return { ...event, decidedby: decidedBy, decidedat: decidedAt?.toISOString() };
}

export async function findCase(db: Queries, id: string, scope: CaseScope): Promise<StoredCase | undefined> {
  const query = selectCases(db).where("cases.id", "=", id);
  const within = withinCases("cases", scope);
  const row = await (within === undefined ? query : query.where(within)).executeTakeFirst();
  return row === undefined ? undefined : toCase(row, (await findEvidence(db, [id])).get(id));
}

function selectCases(db: Queries) {
  return db
    .selectFrom("cases")
    .innerJoin("events", "events.id", "cases.id")
    .selectAll("cases")
    .select("events.event");
}

type CaseRow = Awaited<ReturnType<ReturnType<typeof selectCases>["executeTakeFirstOrThrow"]>>;

async function withEvidence(db: Queries, rows: readonly CaseRow[]): Promise<StoredCase[]> {
  const evidence = await findEvidence(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => toCase(row, evidence.get(row.id)));
}

function toCase(
  { reason, decidedAt, decidedBy, ...row }: CaseRow,
  evidence: readonly StoredEvidence[] = [],
): StoredCase {
  return {
    ...row,
    evidence,
    reason: reason ?? undefined,
    decidedAt: decidedAt ?? undefined,
    decidedBy: decidedBy ?? undefined,
  };
}
