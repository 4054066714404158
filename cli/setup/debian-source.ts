// Sources of the kind `debian:PACKAGE#path`: one file out of a Debian package, which is neither installed nor kept.
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Resolver } from "../../models/source.ts";
import { debianFolders, downloadPackages } from "./apt.ts";
import { withLock } from "./lock.ts";
import { ProgramError, runProgram } from "./run-program.ts";

const LOCK_TIMEOUT_MS = 1_800_000;
const UNPACK_TIMEOUT_MS = 300_000;

export function debianResolver(cache: string): Resolver {
  return async ({ source, target, signal, onProgress }) => {
    const [, name, path] = /^debian:([a-z0-9.+-]+)#(.+)$/.exec(source) ?? [];
    if (name === undefined || path === undefined)
      throw new RangeError(`${source} is not debian:PACKAGE#path`);
    const limits = signal === undefined ? {} : { signal };
    await withLock(join(cache, "debian.lock"), { timeoutMs: LOCK_TIMEOUT_MS, ...limits }, async () => {
      const folders = debianFolders(cache);
      const step = { update: onProgress, done: () => undefined, failed: () => undefined };
      const files = await downloadPackages(folders, [name], step, signal);
      const archive = files.find(({ file }) => basename(file).startsWith(`${name}_`));
      if (archive === undefined)
        throw new ProgramError("apt-get", `has nothing to download: ${name} is installed`, []);
      const unpacked = mkdtempSync(join(folders.state, "unpack-"));
      try {
        await runProgram("dpkg", ["-x", archive.file, unpacked], { timeoutMs: UNPACK_TIMEOUT_MS, ...limits });
        copyFileSync(join(unpacked, path), target);
      } finally {
        rmSync(unpacked, { recursive: true, force: true });
      }
      for (const { file } of files) rmSync(file, { force: true });
    });
  };
}
