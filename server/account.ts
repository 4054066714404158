// The account that embedded programs run as: our own, or an unprivileged one when we are root (PostgreSQL refuses root).
import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** No account exists under which the program may run. */
export class NoAccountError extends Error {
  override readonly name = "NoAccountError";
}

/**
 * Undefined when this process isn't root: a child then simply runs as we do. Otherwise the first of `preferred` or
 * `nobody` that the machine knows. Throws {@link NoAccountError} when there is none.
 */
export function unprivilegedAccount(preferred: readonly string[]): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const known = new Map<string, Account>();
  for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
    const [name = "", , uid, gid] = line.split(":");
    if (Number(uid) > 0) known.set(name, { name, uid: Number(uid), gid: Number(gid) });
  }
  for (const name of [...preferred, "nobody"]) {
    const account = known.get(name);
    if (account !== undefined) return account;
  }
  throw new NoAccountError(`none of the accounts ${[...preferred, "nobody"].join(", ")} exists`);
}

/** The first folder on the way to `path` that the account may not enter; undefined when all are open to it. */
export function closedFolder(path: string, account: Account): string | undefined {
  const folders: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    folders.push(folder);
    if (folder === dirname(folder)) break;
  }
  return folders.reverse().find((folder) => {
    const { mode, uid, gid } = statSync(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    return (mode & bit) === 0;
  });
}
