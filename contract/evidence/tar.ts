// Reads and writes the plain tar archives that packages travel in: regular files only, and nothing that could lead elsewhere.
import { EvidenceFault } from "./fault.ts";
import { FILE_NAME, MAX_FILES, MAX_PACKAGE_BYTES } from "./names.ts";

const BLOCK = 512;
/** Archives of a whole chain hold many packages. */
const MAX_ARCHIVE_FILES = 4_096;

/** Bytes with random access: a file on disk, or one that a browser was given. */
export interface Bytes {
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

export interface TarEntry {
  /** Folders, `/` between them, none climbing; the file's name last. */
  readonly path: string;
  readonly bytes: number;
  read(): Promise<Uint8Array>;
}

/** Lists an archive without reading its files. Throws {@link EvidenceFault} at the first entry that is not allowed. */
export async function readTar(archive: Bytes, name: string): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  let total = 0;
  for (let offset = 0; offset + BLOCK <= archive.size; ) {
    const header = await archive.read(offset, BLOCK);
    if (header.every((byte) => byte === 0)) return entries;
    const { path, type, bytes } = readHeader(header, name);
    const at = offset + BLOCK;
    total += bytes;
    if (total > MAX_PACKAGE_BYTES || at + bytes > archive.size)
      throw new EvidenceFault(
        "package",
        name,
        `${path} claims ${bytes} bytes: more than there are, or than ${MAX_PACKAGE_BYTES}`,
      );
    if (type === "file") entries.push({ path, bytes, read: () => archive.read(at, bytes) });
    if (entries.length > MAX_ARCHIVE_FILES)
      throw new EvidenceFault("package", name, `more than ${MAX_ARCHIVE_FILES} files`);
    offset = at + Math.ceil(bytes / BLOCK) * BLOCK;
  }
  throw new EvidenceFault("package", name, "cut short: the archive has no end");
}

function readHeader(
  header: Uint8Array,
  name: string,
): { path: string; type: "file" | "folder"; bytes: number } {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (octal(header, 148, 8) !== sum)
    throw new EvidenceFault("package", name, "not a tar archive, or damaged: a header's sum is wrong");
  const prefix = textAt(header, 345, 155, name);
  const own = textAt(header, 0, 100, name);
  const path = allowedPath(prefix === "" ? own : `${prefix}/${own}`, name);
  const kind = String.fromCharCode(header[156] ?? 0);
  const bytes = octal(header, 124, 12);
  if (bytes === undefined) throw new EvidenceFault("package", name, `${path} claims a size that is none`);
  if (kind === "5") return { path, type: "folder", bytes: 0 };
  if (kind === "0" || kind === "\0") return { path, type: "file", bytes };
  const what =
    { "1": "a hard link", "2": "a symbolic link" }[kind] ?? `an entry of type ${JSON.stringify(kind)}`;
  throw new EvidenceFault("package", name, `${path} is ${what}: only regular files belong in a package`);
}

/** The path without a leading `./`. Throws {@link EvidenceFault} for one that climbs, or that not every system keeps. */
export function allowedPath(path: string, name: string): string {
  const steps = path.split("/").filter((step, index) => step !== "." || index > 0);
  if (steps.at(-1) === "") steps.pop();
  if (path.startsWith("/") || steps.includes("..") || path.includes("\\"))
    throw new EvidenceFault("package", name, `${JSON.stringify(path)} leads out of the package`);
  if (!steps.every((step) => FILE_NAME.test(step)))
    throw new EvidenceFault("package", name, `${JSON.stringify(path)} is no name of a package's file`);
  return steps.join("/");
}

function textAt(header: Uint8Array, at: number, length: number, name: string): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(end === -1 ? field : field.subarray(0, end));
  } catch {
    throw new EvidenceFault("package", name, "a file's name is not valid UTF-8");
  }
}

function octal(header: Uint8Array, at: number, length: number): number | undefined {
  const text = String.fromCharCode(...header.subarray(at, at + length)).replace(/^[ \0]+|[ \0].*$/gs, "");
  return /^[0-7]{1,12}$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

/** The header block of one regular file; its bytes follow, filled up with {@link tarPadding}. */
export function tarHeader(path: string, bytes: number, modifiedMs: number): Uint8Array {
  const header = new Uint8Array(BLOCK);
  const write = (text: string, at: number): void => header.set(new TextEncoder().encode(text), at);
  const number = (value: number, at: number, length: number): void =>
    write(value.toString(8).padStart(length - 1, "0"), at);
  write(path, 0);
  number(0o644, 100, 8);
  number(0, 108, 8);
  number(0, 116, 8);
  number(bytes, 124, 12);
  number(Math.floor(modifiedMs / 1000), 136, 12);
  write(" ".repeat(8), 148);
  write("0", 156);
  write("ustar", 257);
  write("00", 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

export function tarPadding(bytes: number): Uint8Array {
  return new Uint8Array((BLOCK - (bytes % BLOCK)) % BLOCK);
}

export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * BLOCK);
}

/** Parts an archive's entries into packages by folder. Throws {@link EvidenceFault} for a name that occurs twice. */
export function packagesOf(entries: readonly TarEntry[], name: string): Map<string, Map<string, TarEntry>> {
  const packages = new Map<string, Map<string, TarEntry>>();
  for (const entry of entries) {
    const cut = entry.path.lastIndexOf("/");
    const folder = cut === -1 ? "" : entry.path.slice(0, cut);
    const file = entry.path.slice(cut + 1);
    const files = packages.get(folder) ?? new Map<string, TarEntry>();
    packages.set(folder, files);
    if (files.has(file)) throw new EvidenceFault("package", name, `${entry.path} occurs twice`);
    files.set(file, entry);
    if (files.size > MAX_FILES) throw new EvidenceFault("package", name, `more than ${MAX_FILES} files`);
  }
  return packages;
}
