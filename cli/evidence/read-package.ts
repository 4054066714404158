// Opens evidence on this machine: a package is a folder or a .tar; a folder of packages is a chain.
import { constants } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { EvidenceFault } from "../../contract/evidence/fault.ts";
import { HEAD, MANIFEST, MAX_FILES, MAX_PACKAGE_BYTES, signatureOf } from "../../contract/evidence/names.ts";
import { readTar } from "../../contract/evidence/tar.ts";
import { openEntries, type OpenedEvidence, type OpenedPackage } from "../../contract/evidence/verdict.ts";
import type { PackageEntry, PackageFiles } from "../../contract/evidence/verify.ts";

/** Evidence with archives held open. */
export interface HeldEvidence extends OpenedEvidence {
  /** Lets go of archives. */
  close(): Promise<void>;
}

/** More packages than this are no chain of one case file. */
const MAX_PACKAGES = 20_000;

/** Throws {@link EvidenceFault} for what can't be a package, the system's error for what can't be read. */
export async function openEvidence(path: string): Promise<HeldEvidence> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers) await closer();
  };
  try {
    const stat = await lstat(path);
    if (stat.isFile()) return { ...(await openArchive(path, closers)), close };
    if (!stat.isDirectory()) throw new EvidenceFault("package", path, "is neither a folder nor a .tar file");
    const names = await readdir(path);
    if (names.includes(MANIFEST) || names.length > MAX_PACKAGES)
      return { packages: [{ name: basename(path), files: await openFolder(path) }], head: undefined, close };
    return { ...(await openChain(path, names, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openChain(
  path: string,
  names: readonly string[],
  closers: (() => Promise<void>)[],
): Promise<OpenedEvidence> {
  const packages: OpenedPackage[] = [];
  const heads = new Set([HEAD, signatureOf(HEAD)]);
  for (const name of names) {
    if (heads.has(name)) continue;
    const inner = join(path, name);
    const stat = await lstat(inner);
    if (stat.isDirectory()) packages.push({ name, files: await openFolder(inner) });
    else if (stat.isFile() && name.endsWith(".tar"))
      packages.push(...(await openArchive(inner, closers)).packages);
    else throw new EvidenceFault("package", name, "is no package, and lies among packages");
  }
  if (packages.length === 0) throw new EvidenceFault("package", path, `holds no ${MANIFEST} and no package`);
  if (!names.includes(HEAD)) return { packages, head: undefined };
  const read = async (name: string): Promise<Uint8Array> => (await fileEntry(join(path, name), name)).read();
  return { packages, head: { bytes: await read(HEAD), signature: await read(signatureOf(HEAD)) } };
}

async function openFolder(path: string): Promise<PackageFiles> {
  const names = await readdir(path);
  if (names.length > MAX_FILES)
    throw new EvidenceFault("package", basename(path), `${names.length} files, more than ${MAX_FILES}`);
  const files = new Map<string, PackageEntry>();
  for (const name of names) files.set(name, await fileEntry(join(path, name), name));
  return files;
}

/** A regular file itself, never what a link points to. */
async function fileEntry(path: string, name: string): Promise<PackageEntry> {
  const stat = await lstat(path);
  if (stat.isSymbolicLink()) throw new EvidenceFault("file", name, "is a symbolic link");
  if (!stat.isFile()) throw new EvidenceFault("file", name, "is no regular file");
  const { size } = stat;
  return {
    bytes: size,
    async read() {
      if (size > MAX_PACKAGE_BYTES)
        throw new EvidenceFault("file", name, `${size} bytes, more than ${MAX_PACKAGE_BYTES}`);
      const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
      try {
        return await handle.readFile();
      } finally {
        await handle.close();
      }
    },
  };
}

async function openArchive(path: string, closers: (() => Promise<void>)[]): Promise<OpenedEvidence> {
  const name = basename(path);
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  closers.push(() => handle.close());
  const { size } = await handle.stat();
  const entries = await readTar(
    {
      size,
      async read(offset, length) {
        const bytes = Buffer.alloc(length);
        const { bytesRead } = await handle.read(bytes, 0, length, offset);
        return bytes.subarray(0, bytesRead);
      },
    },
    name,
  );
  return await openEntries(entries, name);
}
