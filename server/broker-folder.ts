// The embedded broker's own folder: named by the process that uses it, removed by a later one when that was killed.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { holderOf, lockFolder } from "./folder-lock.ts";

const PREFIX = "ngatu-broker-";

/** A new one, ours; it goes with `rmSync`. Those of processes that were killed go now. */
export function createBrokerFolder(): string {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), name);
    if (holderOf(folder) === "gone") rmSync(folder, { recursive: true, force: true });
  }
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  lockFolder(folder);
  return folder;
}
