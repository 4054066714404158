// Downloads Debian packages with apt into folders of our own, as root or not; apt verifies the archive's signatures and each hash.
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Step } from "./progress.ts";
import { ProgramError, runProgram } from "./run-program.ts";
import { findProgram } from "./search-path.ts";

const UPDATE_TIMEOUT_MS = 180_000;
const DOWNLOAD_TIMEOUT_MS = 1_800_000;
const SYSTEM_LISTS = "/var/lib/apt/lists";

/** Folders under which apt and dpkg work for us. */
export interface DebianFolders {
  readonly lists: string;
  readonly archives: string;
  readonly state: string;
  /** Where packages are unpacked: a tree with `usr/`, `etc/`, … */
  readonly root: string;
}

export function debianFolders(cache: string): DebianFolders {
  const debian = join(cache, "debian");
  return {
    lists: join(debian, "lists"),
    archives: join(debian, "archives"),
    state: join(debian, "state"),
    root: join(debian, "root"),
  };
}

/** A downloaded package file, in {@link DebianFolders.archives}. */
export interface PackageFile {
  readonly file: string;
  readonly bytes: number;
}

/**
 * Downloads `packages` and those of their dependencies that this machine lacks; what is there already is kept.
 * Uses the machine's package lists when it has any, fresh ones of our own otherwise or when those are outdated.
 * Throws {@link ProgramError} with apt's last words.
 */
export async function downloadPackages(
  folders: DebianFolders,
  packages: readonly string[],
  step: Step,
  signal?: AbortSignal,
): Promise<readonly PackageFile[]> {
  if (findProgram("apt-get", process.env["PATH"]) === undefined) {
    throw new ProgramError("apt-get", "is not on this machine", [
      `install by other means: ${packages.join(" ")}`,
    ]);
  }
  for (const folder of [folders.lists, folders.archives])
    mkdirSync(join(folder, "partial"), { recursive: true });
  mkdirSync(folders.state, { recursive: true });
  if (hasLists(SYSTEM_LISTS)) {
    try {
      return await download(folders, SYSTEM_LISTS, packages, step, signal);
    } catch (cause) {
      if (!(cause instanceof ProgramError)) throw cause; // outdated lists name files that are gone: read fresh ones
    }
  }
  await runProgram(
    "apt-get",
    [...options(folders, folders.lists), "-q", "update"],
    limits(UPDATE_TIMEOUT_MS, signal),
  );
  return download(folders, folders.lists, packages, step, signal);
}

async function download(
  folders: DebianFolders,
  lists: string,
  packages: readonly string[],
  step: Step,
  signal: AbortSignal | undefined,
): Promise<readonly PackageFile[]> {
  const install = ["-y", "-q", "--no-install-recommends", "install", ...packages];
  // `Dir::Cache::archives` at an empty place: apt leaves out of the list what it already finds downloaded.
  const listed = await runProgram(
    "apt-get",
    [...options(folders, lists), "-o", "Dir::Cache::archives=/nonexistent", "--print-uris", ...install],
    limits(UPDATE_TIMEOUT_MS, signal),
  );
  const files = listed.flatMap(parseUri);
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  await runProgram(
    "apt-get",
    [...options(folders, lists), "-o", "APT::Status-Fd=1", "--download-only", ...install],
    {
      ...limits(DOWNLOAD_TIMEOUT_MS, signal),
      onLine: (line) => {
        const percent = /^dlstatus:\d+:([\d.]+):/.exec(line)?.[1];
        if (percent !== undefined) step.update((Number(percent) / 100) * total, total);
      },
    },
  );
  return files.map(({ file, bytes }) => complete(join(folders.archives, file), bytes));
}

function complete(file: string, bytes: number): PackageFile {
  const seen = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (seen !== bytes)
    throw new ProgramError("apt-get", `left ${file} incomplete: ${seen} of ${bytes} bytes`, []);
  return { file, bytes };
}

/** A line of `--print-uris`: `'http://…' name_version_arch.deb bytes hash`. */
function parseUri(line: string): PackageFile[] {
  const match = /^'[^']+' (\S+\.deb) (\d+)/.exec(line);
  return match === null ? [] : [{ file: match[1] ?? "", bytes: Number(match[2]) }];
}

function hasLists(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.includes("_Packages"));
  } catch {
    return false; // unreadable for this user: the same as none
  }
}

function options(folders: DebianFolders, lists: string): string[] {
  return [
    `Dir::State=${folders.state}`,
    `Dir::State::lists=${lists}`,
    "Dir::State::status=/var/lib/dpkg/status",
    `Dir::Cache::archives=${folders.archives}`,
    "Dir::Cache::pkgcache=",
    "Dir::Cache::srcpkgcache=",
    `Dir::Log=${folders.state}`,
    "Debug::NoLocking=1", // nothing is installed; the machine's dpkg lock is none of our business
    "APT::Sandbox::User=", // our folders need not be readable for the account _apt
    "Acquire::Retries=3",
  ].flatMap((option) => ["-o", option]);
}

function limits(
  timeoutMs: number,
  signal: AbortSignal | undefined,
): { timeoutMs: number; signal?: AbortSignal; env: NodeJS.ProcessEnv } {
  return {
    timeoutMs,
    ...(signal && { signal }),
    env: { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" },
  };
}
