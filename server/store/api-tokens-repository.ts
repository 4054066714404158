// Keys of machines: each belongs to a person, opens no more than it says, and ends by itself.
import { sql } from "kysely";
import { v7 } from "uuid";
import type { Actor } from "./audit-chain.ts";
import type { AuditTrail } from "./audit-repository.ts";
import type { Database } from "./database.ts";
import { type SignedIn, signedIn } from "./sessions-repository.ts";

export interface StoredApiToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | undefined;
  readonly revokedAt: Date | undefined;
}

export interface FoundApiToken extends SignedIn {
  readonly id: string;
  readonly tokenName: string;
  readonly scopes: readonly string[];
}

export interface NewApiToken {
  readonly personId: string;
  readonly name: string;
  readonly sha256: Buffer;
  readonly scopes: readonly string[];
  readonly expiresAt: Date;
}

const USED_EVERY_S = 60;

export type ApiTokensRepository = ReturnType<typeof createApiTokensRepository>;

export function createApiTokensRepository(db: Database, audit: AuditTrail) {
  return {
    async create(token: NewApiToken, actor: Actor): Promise<StoredApiToken> {
      return db.transaction().execute(async (trx) => {
        const row = await trx
          .insertInto("apiTokens")
          .values({ ...token, id: v7(), scopes: [...token.scopes] })
          .returning(columns)
          .executeTakeFirstOrThrow();
        const detail = { scopes: token.scopes, expires_at: token.expiresAt.toISOString() };
        await audit.append(trx, [{ actor, action: "token.create", object: `token/${token.name}`, detail }]);
        return toToken(row);
      });
    },

    /** Undefined when it was revoked, has ended, or its person is disabled or has a password to change. */
    async find(sha256: Buffer): Promise<FoundApiToken | undefined> {
      const row = await db
        .selectFrom("apiTokens")
        .innerJoin("people", "people.id", "apiTokens.personId")
        .select(["apiTokens.id", "apiTokens.name as tokenName", "scopes"])
        .select(
          sql<boolean>`last_used_at IS NULL OR last_used_at < now() - ${USED_EVERY_S} * interval '1 second'`.as(
            "stale",
          ),
        )
        .select(signedIn)
        .where("sha256", "=", sha256)
        .where("revokedAt", "is", null)
        .where("apiTokens.expiresAt", ">", sql<Date>`now()`)
        .where("disabledAt", "is", null)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const { stale, ...token } = row;
      if (stale) {
        await db
          .updateTable("apiTokens")
          .set({ lastUsedAt: sql<Date>`now()` })
          .where("id", "=", row.id)
          .execute();
      }
      return token;
    },

    /** Newest first, ended ones too. */
    async list(personId: string): Promise<StoredApiToken[]> {
      const rows = await db
        .selectFrom("apiTokens")
        .select(columns)
        .where("personId", "=", personId)
        .orderBy("id", "desc")
        .limit(200)
        .execute();
      return rows.map(toToken);
    },

    /** False when the person has no such token. */
    async revoke(id: string, personId: string, actor: Actor): Promise<boolean> {
      return db.transaction().execute(async (trx) => {
        const row = await trx
          .updateTable("apiTokens")
          .set({ revokedAt: sql<Date>`coalesce(revoked_at, now())` })
          .where("id", "=", id)
          .where("personId", "=", personId)
          .returning("name")
          .executeTakeFirst();
        if (row === undefined) return false;
        await audit.append(trx, [{ actor, action: "token.revoke", object: `token/${row.name}` }]);
        return true;
      });
    },
  };
}

const columns = ["id", "name", "scopes", "createdAt", "expiresAt", "lastUsedAt", "revokedAt"] as const;

interface TokenRow extends Omit<StoredApiToken, "lastUsedAt" | "revokedAt"> {
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

function toToken({ lastUsedAt, revokedAt, ...row }: TokenRow): StoredApiToken {
  return { ...row, lastUsedAt: lastUsedAt ?? undefined, revokedAt: revokedAt ?? undefined };
}
