// The programs that ngatu runs beside Node: taken from the system where it has them, from Debian's packages otherwise.
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { debianFolders, downloadPackages, type DebianFolders } from "./apt.ts";
import { withLock } from "./lock.ts";
import { PROGRAMS, type Probe, type ProgramName } from "./program-table.ts";
import type { Progress } from "./progress.ts";
import { binFolder, findProgram, searchPath } from "./search-path.ts";
import { unpackPackages, writeWrapper } from "./unpack.ts";

const LOCK_TIMEOUT_MS = 1_800_000;
const PROBE_TIMEOUT_MS = 30_000;

/** A program that is still not usable after its packages were unpacked. */
export class ProgramMissingError extends Error {
  override readonly name = "ProgramMissingError";
}

export interface EnsureOptions {
  readonly cache: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/**
 * Makes every command of `names` runnable through {@link searchPath} of the cache folder. What is there is left alone, and
 * asks no network. Throws {@link ProgramMissingError} or ProgramError, each naming what is missing and why.
 */
export async function ensurePrograms(names: readonly ProgramName[], options: EnsureOptions): Promise<void> {
  if (names.every((name) => isPresent(name, options.cache))) return;
  const lock = join(options.cache, "debian.lock");
  await withLock(
    lock,
    { timeoutMs: LOCK_TIMEOUT_MS, ...(options.signal && { signal: options.signal }) },
    async () => {
      for (const name of names) if (!isPresent(name, options.cache)) await fetchProgram(name, options);
    },
  );
}

/** Whether the commands of a program can be run, from the system or from the cache. */
export function isPresent(name: ProgramName, cache: string): boolean {
  const { commands, system } = PROGRAMS[name];
  const path = searchPath(cache, process.env["PATH"]);
  if (commands.every((command) => findProgram(command, path) !== undefined)) return true;
  return system !== undefined && answers(system, process.env["PATH"]);
}

async function fetchProgram(name: ProgramName, options: EnsureOptions): Promise<void> {
  const program = PROGRAMS[name];
  const { commands, packages, probe } = program;
  const folders = debianFolders(options.cache);
  const download = options.progress.step(`${name}: downloading from Debian`);
  let files;
  try {
    files = await downloadPackages(folders, packages, download, options.signal);
  } catch (cause) {
    download.failed();
    throw cause;
  }
  download.done(
    `${files.length} packages, ${Math.round(files.reduce((sum, file) => sum + file.bytes, 0) / 1e6)} MB`,
  );

  const unpack = options.progress.step(`${name}: unpacking`);
  const versions = await unpackPackages(folders, files, unpack, options.signal);
  const bin = binFolder(options.cache);
  mkdirSync(bin, { recursive: true });
  for (const command of commands)
    writeWrapper(join(bin, command), folders.root, program.wrapper(command, folders));
  const path = searchPath(options.cache, process.env["PATH"]);
  if (!answers(probe, path)) {
    const reason = lastWords(probe, path);
    for (const command of commands) rmSync(join(bin, command));
    unpack.failed();
    throw new ProgramMissingError(
      `${name}, unpacked from Debian's ${packages.join(" ")}, does not run: ${reason}`,
    );
  }
  record(folders, name, versions);
  for (const { file } of files) rmSync(file, { force: true });
  unpack.done();
}

function answers(probe: Probe, path: string | undefined): boolean {
  const { stdout, stderr } = run(probe, path);
  return probe.says.test(`${stdout}\n${stderr}`);
}

function lastWords(probe: Probe, path: string): string {
  const { stdout, stderr, error } = run(probe, path);
  return (error?.message ?? `${stdout}\n${stderr}`.trim()).split("\n").slice(-3).join(" ");
}

function run(probe: Probe, path: string | undefined): SpawnSyncReturns<string> {
  const file = findProgram(probe.command, path);
  return spawnSync(file ?? probe.command, [...probe.args], {
    encoding: "utf8",
    timeout: PROBE_TIMEOUT_MS,
    env: { ...process.env, PATH: path },
  });
}

/** What was unpacked, with versions: read by `ngatu doctor`. */
function record(folders: DebianFolders, name: ProgramName, versions: Record<string, string>): void {
  const folder = join(folders.root, "..", "unpacked");
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(versions, undefined, 1)}\n`);
}
