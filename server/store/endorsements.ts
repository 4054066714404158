// What a server signed on the packages of cases: receipts and decisions, in order, never changed.
import { sql } from "kysely";
import type { NamedBytes } from "../../contract/evidence/signing.ts";
import type { Database, Queries } from "./database.ts";

export interface Endorsement {
  readonly number: number;
  readonly name: string;
  readonly document: Buffer;
  readonly signature: Buffer;
}

/** A case whose package's documents are all here. */
export interface Unreceived {
  readonly caseId: string;
  readonly box: string;
  /** SHA-256 by name. */
  readonly documents: ReadonlyMap<string, string>;
}

/** What somebody decided on a case, and nobody has signed yet. */
export interface Unsigned {
  readonly caseId: string;
  readonly stepId: string;
  /** confirm, reject, forward, close. */
  readonly decision: string;
  readonly reason: string | undefined;
  readonly by: string;
  readonly at: Date;
}

/** Steps that decide nothing. */
const UNDECIDED = ["claim", "release"];
const AT_ONCE = 50;

/** Packages with all of the documents named here, without receipt and without a known fault. */
export async function findUnreceived(db: Queries, documents: readonly string[]): Promise<Unreceived[]> {
  const { rows } = await sql<{ caseId: string; box: string; names: string[]; hashes: string[] }>`
    SELECT c.case_id, c.box, array_agg(c.name) AS names, array_agg(c.sha256) AS hashes
    FROM case_evidence c
    JOIN evidence_files f ON f.box = c.box AND f.sha256 = c.sha256 AND f.arrived_at IS NOT NULL
    WHERE c.name = ANY(${documents}::text[])
      AND NOT EXISTS (SELECT 1 FROM evidence_endorsements e WHERE e.case_id = c.case_id)
      AND NOT EXISTS (SELECT 1 FROM evidence_faults x WHERE x.case_id = c.case_id)
    GROUP BY c.case_id, c.box
    HAVING count(*) = ${documents.length}
    LIMIT ${AT_ONCE}`.execute(db);
  return rows.map(({ caseId, box, names, hashes }) => ({
    ...{ caseId, box },
    documents: new Map(names.map((name, index) => [name, hashes[index] ?? ""])),
  }));
}

/** Decisions on cases whose package has its receipt, the oldest first. */
export async function findUnsigned(db: Queries): Promise<Unsigned[]> {
  const { rows } = await sql<{
    id: string;
    caseId: string;
    step: string;
    reason: string | null;
    actor: string;
    at: Date;
  }>`
    SELECT s.id, s.case_id, s.step, s.reason, s.actor, s.at
    FROM case_steps s
    WHERE s.step <> ALL(${UNDECIDED}::text[])
      AND EXISTS (SELECT 1 FROM evidence_endorsements e WHERE e.case_id = s.case_id)
      AND NOT EXISTS (SELECT 1 FROM evidence_endorsements e WHERE e.step_id = s.id)
    ORDER BY s.id
    LIMIT ${AT_ONCE}`.execute(db);
  return rows.map(({ id, caseId, step, reason, actor, at }) => ({
    ...{ caseId, stepId: id, decision: step, reason: reason ?? undefined, by: actor, at },
  }));
}

/** In order: the receipt, then additions. */
export async function findEndorsements(db: Queries, caseId: string): Promise<Endorsement[]> {
  const rows = await db
    .selectFrom("evidenceEndorsements")
    .select(["number", "name", "document", "signature"])
    .where("caseId", "=", caseId)
    .orderBy("number")
    .execute();
  return rows;
}

/** False when another server was first: its word stands. */
export async function addEndorsement(
  db: Database,
  caseId: string,
  number: number,
  [document, signature]: readonly [NamedBytes, NamedBytes],
  stepId?: string,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("evidenceEndorsements")
    .values({
      ...{ caseId, number, name: document.name, stepId: stepId ?? null },
      ...{ document: Buffer.from(document.bytes), signature: Buffer.from(signature.bytes) },
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Its package does not hold: no receipt is ever given for it. */
export async function noteFault(db: Queries, caseId: string, fault: string): Promise<void> {
  await db
    .insertInto("evidenceFaults")
    .values({ caseId, fault })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
