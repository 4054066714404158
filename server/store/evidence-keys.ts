// Keys of boxes and servers, as the reader of evidence needs them: whose, since when, until when.
import type { TrustedKey } from "../../contract/evidence/key-ring.ts";
import type { Signer } from "../../contract/evidence/signer.ts";
import type { Database, Queries } from "./database.ts";

export type Owner = TrustedKey["owner"];

/** What became of a key that asked to be registered. */
export type Registered = "registered" | "revoked" | "another" | "taken";

/** A box signs before it first reaches a server, for hours and by a clock of its own: its first key holds from ever on. */
const EVER = new Date(0);

/** All keys that ever were, the oldest first. */
export async function findKeys(db: Queries): Promise<TrustedKey[]> {
  const rows = await db.selectFrom("evidenceKeys").selectAll().orderBy("validFrom").orderBy("key").execute();
  return rows.map(({ key, publicKey, owner, name, validFrom, validUntil, revokedAt, reason }) => ({
    ...{ key, public_key: publicKey, owner, name, from: validFrom.toISOString() },
    ...(validUntil === null ? {} : { until: validUntil.toISOString() }),
    ...(revokedAt === null ? {} : { revoked_at: revokedAt.toISOString() }),
    ...(reason === null ? {} : { reason }),
  }));
}

/** `isSuccessor` says whether the key now in force has signed for the new one. */
export async function registerKey(
  db: Database,
  owner: Owner,
  name: string,
  signer: Signer,
  isSuccessor: (current: Signer) => Promise<boolean>,
): Promise<Registered> {
  const registering = db.transaction().execute(async (trx): Promise<Registered> => {
    const known = await trx
      .selectFrom("evidenceKeys")
      .selectAll()
      .where("owner", "=", owner)
      .where("name", "=", name)
      .forUpdate()
      .execute();
    const same = known.find(({ key }) => key === signer.key);
    if (same !== undefined)
      return same.revokedAt === null && same.validUntil === null ? "registered" : "revoked";
    const current = known.find(({ revokedAt, validUntil }) => revokedAt === null && validUntil === null);
    const now = new Date();
    if (current !== undefined) {
      if (!(await isSuccessor({ key: current.key, public_key: current.publicKey }))) return "another";
      await trx.updateTable("evidenceKeys").set({ validUntil: now }).where("key", "=", current.key).execute();
    }
    const validFrom = owner === "box" && known.length === 0 ? EVER : now;
    const { numInsertedOrUpdatedRows: inserted } = await trx
      .insertInto("evidenceKeys")
      .values({ key: signer.key, publicKey: signer.public_key, owner, name, validFrom })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if ((inserted ?? 0n) > 0n) return "registered";
    // Of another owner, or another server was first with it: only the latter may go on.
    const holder = await trx
      .selectFrom("evidenceKeys")
      .select(["owner", "name"])
      .where("key", "=", signer.key)
      .executeTakeFirst();
    if (holder?.owner === owner && holder.name === name) return "registered";
    throw new KeyTakenError();
  });
  return await registering.catch((error: unknown) => {
    if (error instanceof KeyTakenError) return "taken";
    throw error;
  });
}

/** Undoes the transaction: the key that is in force stays so. */
class KeyTakenError extends Error {
  override readonly name = "KeyTakenError";
}

/** From then on nobody answers for what the key signs. Gives whether there was such a key, not yet revoked. */
export async function revokeKey(db: Queries, key: string, at: Date, reason: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("evidenceKeys")
    .set({ revokedAt: at, reason })
    .where("key", "=", key)
    .where("revokedAt", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
