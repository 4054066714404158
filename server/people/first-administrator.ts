// The first administrator of an empty database, with a password that is good once and for a day.
import { SERVER } from "../store/audit-chain.ts";
import type { PeopleRepository } from "../store/people-repository.ts";
import { EVERYWHERE } from "./access.ts";
import type { Passwords } from "./password.ts";
import { newOneTimePassword } from "./secret.ts";

const NAME = "admin";
const ONE_TIME_HOURS = 24;

export interface OneTimePassword {
  readonly name: string;
  readonly password: string;
}

/** When a one-time password made now dies. */
export function oneTimeUntil(now: Date): Date {
  return new Date(now.getTime() + ONE_TIME_HOURS * 3_600_000);
}

/** Undefined where somebody is there already; the password is kept nowhere. */
export async function createFirstAdministrator(
  people: PeopleRepository,
  passwords: Passwords,
  now: Date,
): Promise<OneTimePassword | undefined> {
  const password = newOneTimePassword();
  const created = await people.createFirst(
    {
      name: NAME,
      displayName: "Quản trị viên",
      grants: [{ role: "administrator", site: EVERYWHERE }],
      passwordHash: await passwords.hash(password),
      passwordDueBy: oneTimeUntil(now),
    },
    SERVER,
  );
  return created === undefined ? undefined : { name: NAME, password };
}
