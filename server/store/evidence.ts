// A case's files: written with the case that names them, read with it, marked when they have arrived.
import { sql } from "kysely";
import type { EvidenceFile } from "../../contract/evidence.ts";
import { announce } from "./announcement.ts";
import type { Database, Queries } from "./database.ts";
import { insertQuarantined } from "./quarantine.ts";

/** A file of a case; without `arrivedAt` it is on its way. */
export interface StoredEvidence {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly arrivedAt: Date | undefined;
}

export interface NamedEvidence {
  readonly caseId: string;
  readonly box: string;
  readonly files: readonly EvidenceFile[];
}

/** Two cases of one moment may name the same file: it is one, and may have arrived already. */
export async function insertEvidence(trx: Queries, named: readonly NamedEvidence[]): Promise<void> {
  const rows = named.flatMap(({ caseId, box, files }) => files.map((file) => ({ caseId, box, ...file })));
  if (rows.length === 0) return;
  // In one order everywhere, so that two servers never wait for each other in a circle.
  const files = [...new Map(rows.map((row) => [`${row.box} ${row.sha256}`, row])).entries()].sort(
    ([a], [b]) => (a < b ? -1 : 1),
  );
  await trx
    .insertInto("evidenceFiles")
    .values(
      files.map(([, { box, sha256, bytes, media_type: mediaType }]) => ({ box, sha256, bytes, mediaType })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await trx
    .insertInto("caseEvidence")
    .values(rows.map(({ caseId, name, box, sha256 }) => ({ caseId, name, box, sha256 })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** By case; a case without files is absent. */
export async function findEvidence(
  db: Queries,
  caseIds: readonly string[],
): Promise<Map<string, StoredEvidence[]>> {
  const found = new Map<string, StoredEvidence[]>();
  if (caseIds.length === 0) return found;
  const rows = await db
    .selectFrom("caseEvidence")
    .innerJoin("evidenceFiles", (join) =>
      join
        .onRef("evidenceFiles.box", "=", "caseEvidence.box")
        .onRef("evidenceFiles.sha256", "=", "caseEvidence.sha256"),
    )
    .select(["caseId", "name", "mediaType", "bytes", "evidenceFiles.sha256", "arrivedAt"])
    .where("caseId", "in", [...caseIds])
    .orderBy("name")
    .execute();
  for (const { caseId, arrivedAt, ...row } of rows) {
    const files = found.get(caseId) ?? [];
    found.set(caseId, files);
    files.push({ ...row, arrivedAt: arrivedAt ?? undefined });
  }
  return found;
}

/** What the events of a box say of a file; undefined when none names it. */
export async function findNamedFile(
  db: Queries,
  box: string,
  sha256: string,
): Promise<{ bytes: number; arrived: boolean } | undefined> {
  const row = await db
    .selectFrom("evidenceFiles")
    .select(["bytes", "arrivedAt"])
    .where("box", "=", box)
    .where("sha256", "=", sha256)
    .executeTakeFirst();
  return row === undefined ? undefined : { bytes: row.bytes, arrived: row.arrivedAt !== null };
}

/** Marks a file as arrived. Gives the ids of the cases that name it. */
export async function markArrived(db: Queries, box: string, sha256: string): Promise<string[]> {
  await db
    .updateTable("evidenceFiles")
    .set({ arrivedAt: sql<Date>`coalesce(arrived_at, now())` })
    .where("box", "=", box)
    .where("sha256", "=", sha256)
    .execute();
  const rows = await db
    .selectFrom("caseEvidence")
    .select("caseId")
    .where("box", "=", box)
    .where("sha256", "=", sha256)
    .execute();
  const cases = rows.map((row) => row.caseId);
  await announce(db, { cases });
  return cases;
}

/** Counts an upload that turned out to be another file, and names it in the quarantine. */
export async function markRefused(db: Database, box: string, sha256: string, reason: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable("evidenceFiles")
      .set((row) => ({ refused: row("refused", "+", 1) }))
      .where("box", "=", box)
      .where("sha256", "=", sha256)
      .execute();
    await insertQuarantined(trx, [
      { topic: `evidence of ${box}`, reason: `evidence: ${reason}`, payload: Buffer.from(reason) },
    ]);
  });
}
