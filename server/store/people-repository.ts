// People and their roles. Every change is a row of the audit trail in the same transaction.
import { sql } from "kysely";
import { jsonArrayFrom } from "kysely/helpers/postgres";
import { v7 } from "uuid";
import type { Role } from "../../config/role.ts";
import type { Actor } from "./audit-chain.ts";
import type { AuditTrail } from "./audit-repository.ts";
import type { Database, Queries } from "./database.ts";

export interface StoredGrant {
  readonly role: Role;
  /** `*`: everywhere. */
  readonly site: string;
}

export interface StoredPerson {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly grants: readonly StoredGrant[];
  readonly hasSecondFactor: boolean;
  /** Set while a one-time password waits to be changed: when it dies. */
  readonly passwordDueBy: Date | undefined;
  readonly createdAt: Date;
  readonly disabledAt: Date | undefined;
}

/** What signing in needs, and nothing else gets. */
export interface Credentials {
  readonly id: string;
  readonly name: string;
  /** Undefined: disabled, or a one-time password that has died. */
  readonly passwordHash: string | undefined;
  readonly secondFactor: Buffer | undefined;
  readonly secondFactorNew: Buffer | undefined;
  readonly secondFactorStep: number;
}

export interface NewPerson {
  readonly name: string;
  readonly displayName: string;
  readonly grants: readonly StoredGrant[];
  readonly passwordHash: string;
  /** A one-time password: dies then, and must be changed at once. */
  readonly passwordDueBy?: Date | undefined;
}

export type PersonFault = "not-found" | "name-taken" | "last-administrator";

export type PeopleRepository = ReturnType<typeof createPeopleRepository>;

/** "people" in ASCII: changes that must leave an administrator, one after the other. */
const LOCK = 0x70656f706c65;

export function createPeopleRepository(db: Database, audit: AuditTrail) {
  /** Runs a change of rights and tells the trail, unless nobody could give rights afterwards. */
  async function changing(
    id: string,
    actor: Actor,
    action: string,
    change: (trx: Queries) => Promise<Record<string, unknown>>,
    reason?: string,
  ): Promise<StoredPerson | PersonFault> {
    const refused = { fault: undefined as PersonFault | undefined };
    const person = await db
      .transaction()
      .execute(async (trx) => {
        await sql`SELECT pg_advisory_xact_lock(${LOCK})`.execute(trx);
        const before = await find(trx, id);
        if (before === undefined) return undefined;
        const detail = await change(trx);
        const after = await find(trx, id);
        if ((await administrators(trx)) === 0) throw new LastAdministratorError();
        await audit.append(trx, [{ actor, action, object: `person/${before.name}`, reason, detail }]);
        return after;
      })
      .catch((error: unknown) => {
        if (!(error instanceof LastAdministratorError)) throw error;
        refused.fault = "last-administrator";
        return undefined;
      });
    return person ?? refused.fault ?? "not-found";
  }

  return {
    /** By name. */
    async list(): Promise<StoredPerson[]> {
      return (await selectPeople(db).orderBy("name").execute()).map(toPerson);
    },

    get: (id: string): Promise<StoredPerson | undefined> => find(db, id),

    async byName(name: string): Promise<StoredPerson | undefined> {
      const row = await selectPeople(db).where("name", "=", name).executeTakeFirst();
      return row === undefined ? undefined : toPerson(row);
    },

    async credentials(by: { name: string } | { id: string }): Promise<Credentials | undefined> {
      const [column, value] = "name" in by ? (["name", by.name] as const) : (["id", by.id] as const);
      const row = await db
        .selectFrom("people")
        .select(["id", "name", "secondFactor", "secondFactorNew", "secondFactorStep"])
        .select(
          sql<
            string | null
          >`CASE WHEN disabled_at IS NULL AND (password_due_by IS NULL OR password_due_by > now())
            THEN password_hash END`.as("passwordHash"),
        )
        .where(column, "=", value)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      return {
        ...{ id: row.id, name: row.name, secondFactorStep: Number(row.secondFactorStep) },
        passwordHash: row.passwordHash ?? undefined,
        secondFactor: row.secondFactor ?? undefined,
        secondFactorNew: row.secondFactorNew ?? undefined,
      };
    },

    async create(person: NewPerson, actor: Actor): Promise<StoredPerson | "name-taken"> {
      return db.transaction().execute(async (trx) => (await insert(trx, person, actor)) ?? "name-taken");
    },

    /** Only while there is nobody at all: the first administrator. Servers that start together make one. */
    async createFirst(person: NewPerson, actor: Actor): Promise<StoredPerson | undefined> {
      return db.transaction().execute(async (trx) => {
        await sql`SELECT pg_advisory_xact_lock(${LOCK})`.execute(trx);
        const anybody = await trx.selectFrom("people").select("id").limit(1).executeTakeFirst();
        return anybody === undefined ? insert(trx, person, actor) : undefined;
      });
    },

    /** Replaces all roles and ends the person's sessions: rights are asked for anew. */
    setGrants: (id: string, grants: readonly StoredGrant[], actor: Actor, reason?: string) =>
      changing(
        id,
        actor,
        "person.roles",
        async (trx) => {
          await trx.deleteFrom("personRoles").where("personId", "=", id).execute();
          await insertGrants(trx, id, grants);
          await endSessions(trx, id);
          return { roles: grants.map(({ role, site }) => `${role}@${site}`) };
        },
        reason,
      ),

    /** Disabling ends all sessions; tokens of a disabled person open nothing. */
    setDisabled: (id: string, disabled: boolean, actor: Actor, reason?: string) =>
      changing(
        id,
        actor,
        disabled ? "person.disable" : "person.enable",
        async (trx) => {
          const disabledAt = disabled ? sql<Date>`coalesce(disabled_at, now())` : null;
          await trx.updateTable("people").set({ disabledAt }).where("id", "=", id).execute();
          if (disabled) await endSessions(trx, id);
          return {};
        },
        reason,
      ),

    setDisplayName: (id: string, displayName: string, actor: Actor) =>
      changing(id, actor, "person.rename", async (trx) => {
        await trx.updateTable("people").set({ displayName }).where("id", "=", id).execute();
        return { display_name: displayName };
      }),

    /** With `dueBy` a one-time password. Ends all sessions. */
    setPassword: (id: string, passwordHash: string, dueBy: Date | undefined, actor: Actor) =>
      changing(
        id,
        actor,
        dueBy === undefined ? "person.password" : "person.one-time-password",
        async (trx) => {
          await trx
            .updateTable("people")
            .set({ passwordHash, passwordDueBy: dueBy ?? null })
            .where("id", "=", id)
            .execute();
          await endSessions(trx, id);
          return {};
        },
      ),

    /** A sealed secret that waits for its first code. */
    async offerSecondFactor(id: string, sealed: Buffer): Promise<void> {
      await db.updateTable("people").set({ secondFactorNew: sealed }).where("id", "=", id).execute();
    },

    /** The offered one is the person's from now on; `step` is that of the code which proved it. */
    confirmSecondFactor: (id: string, step: number, actor: Actor) =>
      changing(id, actor, "person.second-factor", async (trx) => {
        await sql`UPDATE people SET second_factor = second_factor_new, second_factor_new = NULL,
          second_factor_step = ${step} WHERE id = ${id} AND second_factor_new IS NOT NULL`.execute(trx);
        return {};
      }),

    removeSecondFactor: (id: string, actor: Actor) =>
      changing(id, actor, "person.second-factor-removed", async (trx) => {
        const nothing = { secondFactor: null, secondFactorNew: null };
        await trx.updateTable("people").set(nothing).where("id", "=", id).execute();
        return {};
      }),

    /** False when this step's code, or a later one, was taken before. */
    async takeStep(id: string, step: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable("people")
        .set({ secondFactorStep: String(step) })
        .where("id", "=", id)
        .where("secondFactorStep", "<", String(step))
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
  };

  async function insert(trx: Queries, person: NewPerson, actor: Actor): Promise<StoredPerson | undefined> {
    const { name, displayName, passwordHash, grants, passwordDueBy } = person;
    const id = v7();
    const inserted = await trx
      .insertInto("people")
      .values({ id, name, displayName, passwordHash, passwordDueBy: passwordDueBy ?? null })
      .onConflict((conflict) => conflict.column("name").doNothing())
      .returning("id")
      .executeTakeFirst();
    if (inserted === undefined) return undefined;
    await insertGrants(trx, id, grants);
    const roles = grants.map(({ role, site }) => `${role}@${site}`);
    await audit.append(trx, [
      { actor, action: "person.create", object: `person/${name}`, detail: { roles } },
    ]);
    return find(trx, id);
  }
}

class LastAdministratorError extends Error {
  override readonly name = "LastAdministratorError";
}

async function administrators(trx: Queries): Promise<number> {
  const row = await trx
    .selectFrom("people")
    .innerJoin("personRoles", "personRoles.personId", "people.id")
    .select(sql<string>`count(*)`.as("total"))
    .where("role", "=", "administrator")
    .where("site", "=", "*")
    .where("disabledAt", "is", null)
    .executeTakeFirst();
  return Number(row?.total ?? 0);
}

async function insertGrants(trx: Queries, personId: string, grants: readonly StoredGrant[]): Promise<void> {
  if (grants.length === 0) return;
  await trx
    .insertInto("personRoles")
    .values(grants.map(({ role, site }) => ({ personId, role, site })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function endSessions(trx: Queries, personId: string): Promise<void> {
  await trx.deleteFrom("sessions").where("personId", "=", personId).execute();
}

async function find(db: Queries, id: string): Promise<StoredPerson | undefined> {
  const row = await selectPeople(db).where("people.id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : toPerson(row);
}

function selectPeople(db: Queries) {
  return db
    .selectFrom("people")
    .select(["people.id", "name", "displayName", "passwordDueBy", "createdAt", "disabledAt"])
    .select(sql<boolean>`second_factor IS NOT NULL`.as("hasSecondFactor"))
    .select((one) => [
      jsonArrayFrom(
        one
          .selectFrom("personRoles")
          .select(["role", "site"])
          .whereRef("personRoles.personId", "=", "people.id")
          .orderBy("role")
          .orderBy("site"),
      ).as("grants"),
    ]);
}

type PersonRow = Awaited<ReturnType<ReturnType<typeof selectPeople>["executeTakeFirstOrThrow"]>>;

function toPerson({ passwordDueBy, disabledAt, ...row }: PersonRow): StoredPerson {
  return { ...row, passwordDueBy: passwordDueBy ?? undefined, disabledAt: disabledAt ?? undefined };
}
