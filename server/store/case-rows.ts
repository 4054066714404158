// Cases as they are read: the row, its event and its files.
import { sql } from "kysely";
import type { StoredCase } from "./case.ts";
import type { Queries } from "./database.ts";
import { findEvidence, type StoredEvidence } from "./evidence.ts";
import { type CaseScope, withinCases } from "./scope.ts";

export function selectCases(db: Queries) {
  return db
    .selectFrom("cases")
    .innerJoin("events", "events.id", "cases.id")
    .select([
      ...(["cases.id", "cases.kind", "cases.box", "cases.camera", "cases.rule", "cases.site"] as const),
      ...(["cases.time", "state", "reason", "decidedAt", "decidedBy", "version"] as const),
      ...(["reviewerId", "reviewer", "reviewUntil", "confirmations"] as const),
      ...(["correctedPlate", "correctedClass", "events.event"] as const),
    ]);
}

type CaseRow = Awaited<ReturnType<ReturnType<typeof selectCases>["executeTakeFirstOrThrow"]>>;

/** `lock`: until the transaction ends nobody else changes it, and it is as the last one left it. */
export async function findCase(
  db: Queries,
  id: string,
  scope: CaseScope,
  lock = false,
): Promise<StoredCase | undefined> {
  const query = selectCases(db)
    .where("cases.id", "=", id)
    .where(withinCases("cases", scope) ?? sql<boolean>`true`);
  const row = await (lock ? query.forUpdate(["cases"]) : query).executeTakeFirst();
  return row === undefined ? undefined : toCase(row, (await findEvidence(db, [id])).get(id));
}

export async function withEvidence(db: Queries, rows: readonly CaseRow[]): Promise<StoredCase[]> {
  const evidence = await findEvidence(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => toCase(row, evidence.get(row.id)));
}

function toCase(
  { reason, decidedAt, decidedBy, correctedPlate, correctedClass, ...rest }: CaseRow,
  evidence: readonly StoredEvidence[] = [],
): StoredCase {
  const { reviewerId, reviewer, reviewUntil, ...row } = rest;
  const held = reviewerId !== null && reviewer !== null && reviewUntil !== null;
  return {
    ...row,
    evidence,
    reason: reason ?? undefined,
    decidedAt: decidedAt ?? undefined,
    decidedBy: decidedBy ?? undefined,
    review: held ? { byId: reviewerId, by: reviewer, until: reviewUntil } : undefined,
    correctedPlate: correctedPlate ?? undefined,
    correctedClass: correctedClass ?? undefined,
  };
}
