// Sessions: who is signed in, from where, and until when.
import { sql } from "kysely";
import { v7 } from "uuid";
import type { Database } from "./database.ts";
import type { StoredGrant } from "./people-repository.ts";

/** A person as every request asks for them. */
export interface SignedIn {
  readonly personId: string;
  readonly name: string;
  readonly displayName: string;
  readonly grants: readonly StoredGrant[];
  readonly hasSecondFactor: boolean;
  readonly passwordDue: boolean;
}

export interface FoundSession extends SignedIn {
  readonly id: string;
  readonly expiresAt: Date;
}

export interface StoredSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly seenAt: Date;
  readonly expiresAt: Date;
  readonly address: string;
  readonly agent: string;
}

export interface NewSession {
  readonly personId: string;
  /** SHA-256 of the secret that the browser holds. */
  readonly sha256: Buffer;
  readonly lastsMs: number;
  readonly address: string;
  readonly agent: string;
}

/** Written at most so often, so that reading does not become writing. */
const SEEN_EVERY_S = 60;

export type SessionsRepository = ReturnType<typeof createSessionsRepository>;

/** A session ends when it is `idleMs` old since its last request, and in any case at its own time. */
export function createSessionsRepository(db: Database, idleMs: number) {
  const alive = sql<boolean>`sessions.expires_at > now()
    AND sessions.seen_at > now() - ${idleMs} * interval '1 millisecond'`;
  return {
    async create({ personId, sha256, lastsMs, address, agent }: NewSession): Promise<string> {
      const id = v7();
      await sql`DELETE FROM sessions WHERE NOT (${alive})`.execute(db);
      const expiresAt = sql<Date>`now() + ${lastsMs} * interval '1 millisecond'`;
      await db
        .insertInto("sessions")
        .values({ id, personId, sha256, expiresAt, address, agent: agent.slice(0, 200) })
        .execute();
      return id;
    },

    /** Undefined when it has ended or its person is disabled. */
    async find(sha256: Buffer): Promise<FoundSession | undefined> {
      const row = await db
        .selectFrom("sessions")
        .innerJoin("people", "people.id", "sessions.personId")
        .select(["sessions.id", "sessions.expiresAt"])
        .select(sql<boolean>`seen_at < now() - ${SEEN_EVERY_S} * interval '1 second'`.as("stale"))
        .select(signedIn)
        .where("sha256", "=", sha256)
        .where(alive)
        .where("disabledAt", "is", null)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const { stale, ...session } = row;
      if (stale) {
        await db.updateTable("sessions").set({ seenAt: sql<Date>`now()` }).where("id", "=", row.id).execute();
      }
      return session;
    },

    /** Those of the given ones that have not ended. */
    async alive(ids: readonly string[]): Promise<Set<string>> {
      if (ids.length === 0) return new Set();
      const rows = await db
        .selectFrom("sessions")
        .select("id")
        .where(sql<boolean>`id = ANY(${ids}::uuid[])`)
        .where(alive)
        .execute();
      return new Set(rows.map(({ id }) => id));
    },

    /** Newest first. */
    async list(personId: string): Promise<StoredSession[]> {
      return db
        .selectFrom("sessions")
        .select(["id", "createdAt", "seenAt", "expiresAt", "address", "agent"])
        .where("personId", "=", personId)
        .where(alive)
        .orderBy("createdAt", "desc")
        .execute();
    },

    async end(id: string): Promise<void> {
      await db.deleteFrom("sessions").where("id", "=", id).execute();
    },

    /** Returns how many ended. */
    async endAll(personId: string): Promise<number> {
      const { numDeletedRows } = await db
        .deleteFrom("sessions")
        .where("personId", "=", personId)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

/** The person's columns of a query that has `people` joined. */
export function signedIn() {
  return [
    sql<string>`people.id`.as("personId"),
    sql<string>`people.name`.as("name"),
    sql<string>`people.display_name`.as("displayName"),
    sql<boolean>`people.second_factor IS NOT NULL`.as("hasSecondFactor"),
    sql<boolean>`people.password_due_by IS NOT NULL`.as("passwordDue"),
    sql<StoredGrant[]>`coalesce((SELECT json_agg(json_build_object('role', role, 'site', site))
      FROM person_roles WHERE person_id = people.id), '[]')`.as("grants"),
  ] as const;
}
