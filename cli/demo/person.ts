// The person of a demo: somebody who may see and decide everything, made anew for each run.
import type { Role } from "../../config/role.ts";
import { EVERYWHERE } from "../../server/people/access.ts";
import { newOneTimePassword } from "../../server/people/secret.ts";
import type { Server } from "../../server/server.ts";
import { SERVER } from "../../server/store/audit-chain.ts";

const NAME = "demo";
const ROLES: readonly Role[] = [
  ...(["traffic-supervisor", "ioc-operator", "watch-list-officer"] as const),
  ...(["auditor", "engineer"] as const),
];

export interface DemoPerson {
  readonly name: string;
  readonly password: string;
  /** Signs a browser in, once. */
  readonly ticket: string;
}

/** A database that others keep (DATABASE_URL) may know the person: the password is then another. */
export async function createDemoPerson({ repositories, desk }: Server): Promise<DemoPerson> {
  const { people } = repositories;
  const password = newOneTimePassword();
  const passwordHash = await desk.passwords.hash(password);
  const grants = ROLES.map((role) => ({ role, site: EVERYWHERE }));
  const created = await people.create(
    { name: NAME, displayName: "Cán bộ trình diễn", grants, passwordHash },
    SERVER,
  );
  const known = created === "name-taken" ? await people.byName(NAME) : created;
  if (known === undefined) throw new Error("the demo's person was removed while it started");
  if (created === "name-taken") await people.setPassword(known.id, passwordHash, undefined, SERVER);
  return { name: NAME, password, ticket: desk.tickets.issue(known.id) };
}
