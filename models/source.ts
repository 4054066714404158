// Fetches one file from the first source that has it, checks its SHA-256 and puts it into place.
import { chmod, copyFile, mkdir, rename, rm, stat } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findInMirrors } from "./mirror.ts";
import { sha256OfFile } from "./sha256.ts";
import { TooLargeError } from "./size-limit.ts";
import { fetchHttps } from "./source-https.ts";
import { fetchNpm } from "./source-npm.ts";

export interface FileSpec {
  /** Its name in the folder and in mirrors. */
  readonly file: string;
  readonly bytes?: number | undefined;
  readonly sha256: string;
  /** `npm:PACKAGE@VERSION#path`, `https://…`, or a scheme that `resolvers` knows; tried in order. */
  readonly sources: readonly string[];
}

/** `totalBytes` is undefined while nobody has said how large the file is. */
export type Progress = (doneBytes: number, totalBytes: number | undefined) => void;

/** One attempt: writes the file named by `source` to `target`, or rejects with the reason. */
export interface Attempt {
  readonly source: string;
  readonly target: string;
  /** Size that the file must have; a download that goes past it is given up. */
  readonly bytes?: number | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (doneBytes: number, totalBytes?: number) => void;
}
export type Resolver = (attempt: Attempt) => Promise<void>;

export interface FetchOptions {
  readonly onProgress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Further schemes by name without the colon, such as `debian`. */
  readonly resolvers?: Readonly<Record<string, Resolver>> | undefined;
  /** False: only the folder itself and the mirrors. */
  readonly network?: boolean | undefined;
}

/** No source had the file: each source tried, and why it failed. */
export class SourceError extends Error {
  override readonly name = "SourceError";
  readonly file: string;
  readonly failures: readonly { readonly source: string; readonly reason: string }[];

  constructor(file: string, failures: SourceError["failures"]) {
    const lines = failures.map(({ source, reason }) => `  ${source}: ${reason}`);
    super([`${file} could not be had:`, ...lines].join("\n"));
    this.file = file;
    this.failures = failures;
  }
}

const RESOLVERS: Readonly<Record<string, Resolver>> = { npm: fetchNpm, https: fetchHttps, own: copyOwn };

/**
 * Returns the path of the verified file in `folder`. A verified file already there is returned without any network.
 * Then come the folders of `NGATU_MIRROR`, then each source in order. A file with another hash is refused and deleted.
 * Rejects with {@link SourceError}, or with the signal's reason.
 */
export async function fetchFile(spec: FileSpec, folder: string, options: FetchOptions = {}): Promise<string> {
  const { env = process.env, signal, network = true } = options;
  const path = join(folder, spec.file);
  const failures: { source: string; reason: string }[] = [];
  const seen = await hashIfPresent(path, signal);
  if (seen === spec.sha256) return path;
  if (seen !== undefined) failures.push({ source: path, reason: wrongHash(seen, spec.sha256) });

  await mkdir(folder, { recursive: true });
  const resolvers = { ...RESOLVERS, ...options.resolvers };
  const mirrored = await findInMirrors(spec.file, env);
  for (const source of [...mirrored, ...spec.sources.filter((each) => network || isOwn(each))]) {
    signal?.throwIfAborted();
    const resolve = mirrored.includes(source)
      ? copyMirrored
      : resolvers[/^([a-z]+):/.exec(source)?.[1] ?? ""];
    if (resolve === undefined) {
      failures.push({ source, reason: "nothing here knows this kind of source" });
      continue;
    }
    const reason = await attempt(spec, path, source, resolve, env, options);
    if (reason === undefined) return path;
    failures.push({ source, reason });
  }
  if (failures.length === 0) failures.push({ source: path, reason: "absent, and no source was to be asked" });
  throw new SourceError(spec.file, failures);
}

/** Returns undefined when the file is in place, else why this source failed. */
async function attempt(
  spec: FileSpec,
  path: string,
  source: string,
  resolve: Resolver,
  env: NodeJS.ProcessEnv,
  { signal, onProgress }: FetchOptions,
): Promise<string | undefined> {
  // A download is taken up again where it broke off, so its part has a fixed name; two processes that write
  // the same part end with a wrong hash, and the next attempt starts afresh.
  const resumable = /^https?:/.test(source);
  const target = resumable ? `${path}.part` : `${path}.${randomUUID()}.part`;
  let reached = false;
  try {
    await resolve({
      source,
      target,
      bytes: spec.bytes,
      env,
      signal,
      onProgress: (done, total) => onProgress?.(done, total ?? spec.bytes),
    });
    reached = true;
    const seen = await sha256OfFile(target, signal);
    if (seen !== spec.sha256) return wrongHash(seen, spec.sha256);
    await rename(target, path);
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    // Nothing that is too large is the beginning of the right file.
    if (error instanceof TooLargeError) await rm(target, { force: true });
    return reasonOf(error);
  } finally {
    if (reached || !resumable) await rm(target, { force: true });
  }
}

/** A network of our own lies beside this file: no network is asked for it. */
function isOwn(source: string): boolean {
  return source.startsWith("own:");
}

async function copyOwn({ source, target }: Attempt): Promise<void> {
  await copyFile(fileURLToPath(new URL(`own/${source.slice("own:".length)}`, import.meta.url)), target);
}

async function copyMirrored({ source, target }: Attempt): Promise<void> {
  await copyFile(source, target);
  // A read-only mirror's mode comes along with the copy.
  await chmod(target, 0o644);
}

async function hashIfPresent(path: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? sha256OfFile(path, signal) : undefined;
}

function wrongHash(seen: string, expected: string): string {
  return `refused: its SHA-256 is ${seen}, expected ${expected}`;
}

/** The innermost cause says most: "fetch failed" hides "ENOTFOUND github.com". */
function reasonOf(error: unknown): string {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  if (at instanceof AggregateError && at.errors.length > 0) at = at.errors[0];
  return at instanceof Error ? at.message : String(at);
}
