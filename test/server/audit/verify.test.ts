// The audit trail on a real PostgreSQL: nothing is changed, and whoever gets round that is found.
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { verifyTrail } from "../../../server/audit/verify.ts";
import { auditHash, auditSeal } from "../../../server/store/audit-chain.ts";
import { type AuditTrail, createAuditTrail } from "../../../server/store/audit-repository.ts";
import { type OpenDatabase, openDatabase } from "../../../server/store/database.ts";
import { serverRole } from "../../../server/store/migrate.ts";
import { KEY, OFFICER } from "../people.ts";
import { quiet, startDatabase } from "../temporary.ts";

let database: Awaited<ReturnType<typeof startDatabase>>;
/** As a server works on it. */
let server: OpenDatabase;
let trail: AuditTrail;

beforeAll(async () => {
  database = await startDatabase();
  server = openDatabase(database.postgres.connection, quiet, { role: await serverRole(database.db) });
  trail = createAuditTrail(server.db, KEY.audit);
});
afterAll(async () => {
  await server.close();
  await database.close();
});
beforeEach(async () => {
  await tampering(sql`DELETE FROM audit`, sql`DELETE FROM audit_head`);
  for (let n = 1; n <= 6; n += 1)
    await trail.note({
      actor: OFFICER,
      action: "case.view",
      object: `case/${n}`,
      reason: "Đường Số 1",
      detail: { n },
    });
});

/** As the owner of the tables who first takes the triggers away. */
async function tampering(...statements: ReturnType<typeof sql>[]): Promise<void> {
  await sql`ALTER TABLE audit DISABLE TRIGGER audit_append_only`.execute(database.db);
  for (const statement of statements) await statement.execute(database.db);
  await sql`ALTER TABLE audit ENABLE TRIGGER audit_append_only`.execute(database.db);
}
const verify = () => verifyTrail(trail, KEY.audit);

describe("the database refuses", () => {
  test.each(["UPDATE audit SET reason = 'x'", "DELETE FROM audit", "TRUNCATE audit"])(
    "%s, to the server's role and to the tables' owner",
    async (statement) => {
      await expect(sql.raw(statement).execute(server.db)).rejects.toThrow(/permission denied/);
      await expect(sql.raw(statement).execute(database.db)).rejects.toThrow(/append-only/);
      expect((await verify()).rows).toBe(6);
    },
  );

  test("the server's role to drop the trigger or give itself rights", async () => {
    for (const statement of [
      "DROP TRIGGER audit_append_only ON audit",
      "ALTER TABLE audit DISABLE TRIGGER ALL",
    ])
      await expect(sql.raw(statement).execute(server.db)).rejects.toThrow(/must be owner|permission denied/);
    await sql`GRANT DELETE ON audit TO ngatu_server`.execute(server.db);
    await expect(sql`DELETE FROM audit`.execute(server.db)).rejects.toThrow(/permission denied/);
  });
});

describe("verification", () => {
  test("of an untouched trail finds nothing, and many writers at once leave one chain", async () => {
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        trail.note({
          actor: OFFICER,
          action: "case.view",
          object: `case/${n}`,
          detail: { at: 1 / 3, text: "ệ" },
        }),
      ),
    );
    expect(await verify()).toMatchObject({ rows: 46, faults: [] });
  });

  test.each([
    ["actor", sql`UPDATE audit SET actor = 'somebody' WHERE position = 3`],
    ["action", sql`UPDATE audit SET action = 'case.confirm' WHERE position = 3`],
    ["object", sql`UPDATE audit SET object = 'case/4' WHERE position = 3`],
    ["time", sql`UPDATE audit SET at = at + interval '1 millisecond' WHERE position = 3`],
    ["address", sql`UPDATE audit SET address = '' WHERE position = 3`],
    ["reason", sql`UPDATE audit SET reason = NULL WHERE position = 3`],
    ["detail", sql`UPDATE audit SET detail = '{}' WHERE position = 3`],
    ["actor's id", sql`UPDATE audit SET actor_id = NULL WHERE position = 3`],
  ])("names the row whose %s was changed", async (_, statement) => {
    await tampering(statement);
    expect((await verify()).faults).toEqual([{ position: 3, fault: "changed" }]);
  });

  test("names a row that was dropped: in the middle, at the beginning, at the end", async () => {
    await tampering(sql`DELETE FROM audit WHERE position IN (1, 4, 6)`);
    expect((await verify()).faults).toEqual([
      { position: 1, fault: "missing" },
      { position: 4, fault: "missing" },
      { position: 5, fault: "cut" },
    ]);
  });

  test("finds rows renumbered over a hole", async () => {
    await tampering(
      sql`DELETE FROM audit WHERE position = 3`,
      sql`UPDATE audit SET position = position - 1 WHERE position > 3`,
    );
    expect((await verify()).faults.map(({ position }) => position)).toContain(3);
  });

  test("finds a row that was put in, and a chain made anew without the server's key", async () => {
    await tampering(sql`
      INSERT INTO audit SELECT 7, at, actor_id, actor, action, object, address, reason, detail, previous, hash, seal
      FROM audit WHERE position = 6`);
    expect((await verify()).faults.length).toBeGreaterThan(0);
    await tampering(sql`DELETE FROM audit WHERE position = 7`);
    expect((await verify()).faults).toEqual([]);

    // Somebody with the database and our source, but without the key, rewrites history from row 4 on.
    const thief = Buffer.alloc(32, 1);
    let previous: Buffer | undefined;
    for (const row of await trail.after(3, 10)) {
      const forged = { ...row, reason: "forged", previous: previous ?? row.previous };
      const hash = auditHash(forged);
      const seal = auditSeal(thief, "row", row.position, hash);
      await tampering(sql`UPDATE audit SET reason = 'forged', previous = ${forged.previous}, hash = ${hash},
        seal = ${seal} WHERE position = ${row.position}`);
      previous = hash;
    }
    expect((await verify()).faults.slice(0, 3)).toEqual([
      { position: 4, fault: "forged" },
      { position: 5, fault: "forged" },
      { position: 6, fault: "forged" },
    ]);
  });

  test("finds a head that was set back to hide rows, by a head noted earlier", async () => {
    const [head] = (
      await sql<{ position: string; hash: Buffer; seal: Buffer }>`SELECT * FROM audit_head`.execute(server.db)
    ).rows;
    await trail.note({ actor: OFFICER, action: "case.confirm", object: "case/1" });
    const noted = (await verify()).head;
    await tampering(
      sql`DELETE FROM audit WHERE position = 7`,
      sql`UPDATE audit_head SET position = ${head?.position}, hash = ${head?.hash}, seal = ${head?.seal}`,
    );
    expect((await verify()).faults).toEqual([]);
    const found = await verifyTrail(trail, KEY.audit, noted);
    expect(found.faults).toEqual([{ position: 7, fault: "not-found" }]);
  });
});
