// People of tests: made and signed in without typing a password.
import { v7 } from "uuid";
import { ROLES, type Role } from "../../config/role.ts";
import { csrfToken, newSecret, secretHash } from "../../server/people/secret.ts";
import { ServerKey } from "../../server/people/server-key.ts";
import { SERVER } from "../../server/store/audit-chain.ts";
import type { StoredGrant } from "../../server/store/people-repository.ts";
import type { RepositoryOptions, Repositories } from "../../server/store/repositories.ts";

export const KEY = new ServerKey(Buffer.alloc(32, 9));

export const OPTIONS: Omit<RepositoryOptions, "destinationsFor"> = {
  auditKey: KEY.audit,
  sessionIdleMs: 3_600_000,
};

/** Somebody who decides, for tests below the interface. */
export const OFFICER = { id: v7(), name: "officer", address: "192.0.2.1" };
export const SECOND = { id: v7(), name: "second", address: "192.0.2.2" };

/** Every role, everywhere. */
export const ALL_ROLES: readonly StoredGrant[] = ROLES.map((role) => ({ role, site: "*" }));

export function everywhere(...roles: Role[]): StoredGrant[] {
  return roles.map((role) => ({ role, site: "*" }));
}

/** What a browser would send: the session's cookie and its token. */
export interface Signed {
  readonly personId: string;
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
}

export async function signIn(
  { people, sessions }: Pick<Repositories, "people" | "sessions">,
  grants: readonly StoredGrant[],
  name = `p-${v7().slice(-12)}`,
): Promise<Signed> {
  const person = await people.create({ name, displayName: name, grants, passwordHash: "none" }, SERVER);
  if (person === "name-taken") throw new Error(`${name} exists`);
  const secret = newSecret();
  const session = { personId: person.id, sha256: secretHash(secret), lastsMs: 3_600_000 };
  await sessions.create({ ...session, address: "192.0.2.1", agent: "test" });
  const headers = { cookie: `ngatu=${secret}`, "x-csrf-token": csrfToken(secret) };
  return { personId: person.id, name, headers };
}
