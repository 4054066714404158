// The watch list on disk: entries and templates, encrypted, replaced atomically, without what has expired.
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import Type from "typebox";
import { Compile } from "typebox/compile";
import { writeDurably } from "../../config/durable-file.ts";
import { EntryRecord, unexpired, type WatchEntry } from "./entry.ts";
import { GalleryError } from "./gallery-error.ts";
import { withLock } from "./lock.ts";
import { seal, unseal } from "./sealed.ts";

/** The gallery of a box whose data folder this is. */
export function galleryFile(dataFolder: string): string {
  return join(dataFolder, "gallery.bin");
}

/**
 * All entries in the file, expired ones included; none when there is no file.
 * Throws {@link GalleryError} for a wrong key, an altered file or another format.
 */
export async function readGallery(file: string, key: Uint8Array): Promise<WatchEntry[]> {
  let sealed: Buffer;
  try {
    sealed = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return decode(unseal(sealed, key, file), file);
}

/**
 * Reads, changes and writes the gallery under a lock, so that two commands never lose each other's entry; what
 * has expired at `nowMs` is dropped from the disk on the way. Returns what is in the file now.
 * Throws {@link GalleryError} `busy` when another writer holds the lock for more than 10 s.
 */
export async function updateGallery(
  file: string,
  key: Uint8Array,
  nowMs: number,
  change: (entries: readonly WatchEntry[]) => readonly WatchEntry[],
): Promise<readonly WatchEntry[]> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  return await withLock(`${file}.lock`, async () => {
    const before = await readGallery(file, key);
    const after = change(unexpired(before, nowMs));
    await writeDurably(file, seal(encode(after), key));
    return after;
  });
}

/* Plain layout: length of the JSON (u32, big endian) · JSON · templates as little-endian float32, in its order. */
const Index = Type.Array(
  Type.Object({
    entry: EntryRecord,
    dimensions: Type.Integer({ minimum: 0, maximum: 4096 }),
    templates: Type.Integer({ minimum: 0, maximum: 1000 }),
  }),
);
const index = Compile(Index);

function encode(entries: readonly WatchEntry[]): Buffer {
  const rows: Buffer[] = [];
  const list = entries.map(({ templates, ...entry }) => {
    for (const template of templates) rows.push(littleEndian(template));
    return { entry, dimensions: templates[0]?.length ?? 0, templates: templates.length };
  });
  const json = Buffer.from(JSON.stringify(list), "utf8");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json, ...rows]);
}

function decode(plain: Buffer, file: string): WatchEntry[] {
  const jsonEnd = 4 + plain.readUInt32BE(0);
  const list: unknown = JSON.parse(plain.toString("utf8", 4, jsonEnd));
  if (!index.Check(list))
    throw new GalleryError("newer-version", `${file} holds entries of an unknown shape`);
  let at = jsonEnd;
  return list.map(({ entry, dimensions, templates }) => ({
    ...entry,
    templates: Array.from({ length: templates }, () => {
      const template = new Float32Array(dimensions);
      for (let i = 0; i < dimensions; i++, at += 4) template[i] = plain.readFloatLE(at);
      return template;
    }),
  }));
}

function littleEndian(template: Float32Array): Buffer {
  const bytes = Buffer.alloc(template.length * 4);
  template.forEach((value, i) => bytes.writeFloatLE(value, i * 4));
  return bytes;
}
