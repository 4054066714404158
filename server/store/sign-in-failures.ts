// Failed sign-ins are counted by name, and by name and address, whether the name is known or not.
import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { Queries } from "./database.ts";

/** From here on each failure from one address shuts the name to that address, a minute first, twice as long each time… */
const FAILURES_OF_ADDRESS = 5;
/** …and from here on to everybody: guessing from many addresses. Higher, so that a stranger can't easily lock others out. */
const FAILURES_OF_NAME = 50;
const LOCK_S = { first: 60, most: 900 } as const;
/** Failures older than this are forgotten. */
const FORGET_H = 24;

export type SignInFailures = ReturnType<typeof createSignInFailures>;

export function createSignInFailures(db: Queries) {
  return {
    /** Seconds until a sign-in is looked at again; 0: at once. */
    async lockedForS(name: string, address: string): Promise<number> {
      const row = await db
        .selectFrom("signInFailures")
        .select(
          sql<number | null>`ceil(extract(epoch FROM max(locked_until) - now()))::integer`.as("seconds"),
        )
        .where(
          "key",
          "in",
          keysOf(name, address).map(([key]) => key),
        )
        .executeTakeFirst();
      return Math.max(0, row?.seconds ?? 0);
    },

    async add(name: string, address: string): Promise<void> {
      await sql`DELETE FROM sign_in_failures WHERE last_at < now() - ${FORGET_H} * interval '1 hour'`.execute(
        db,
      );
      for (const [key, from] of keysOf(name, address)) {
        await sql`
          INSERT INTO sign_in_failures AS known (key, failures, last_at) VALUES (${key}, 1, now())
          ON CONFLICT (key) DO UPDATE SET failures = known.failures + 1, last_at = now(),
            locked_until = CASE WHEN known.failures + 1 >= ${from} THEN now() + interval '1 second' *
              least(${LOCK_S.most}, ${LOCK_S.first} * power(2, least(known.failures + 1 - ${from}, 10))) END`.execute(
          db,
        );
      }
    },

    /** A right password ends the count of its address; that of the name goes on, since others may be guessing. */
    async clear(name: string, address: string): Promise<void> {
      const [ofAddress] = keysOf(name, address);
      await db.deleteFrom("signInFailures").where("key", "=", ofAddress[0]).execute();
    },
  };
}

/** Hashes: a mistyped name may be a password. With each, how many failures shut it. */
function keysOf(
  name: string,
  address: string,
): readonly [readonly [Buffer, number], readonly [Buffer, number]] {
  const key = (text: string): Buffer => createHash("sha256").update(text).digest();
  return [
    [key(`${name} from ${address}`), FAILURES_OF_ADDRESS],
    [key(name), FAILURES_OF_NAME],
  ];
}
