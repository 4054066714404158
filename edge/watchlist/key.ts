// The gallery's key: 32 bytes from the environment or from a file that only its owner can read.
import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { GalleryError } from "./gallery-error.ts";

const KEY_BYTES = 32;

/** Where the key may be, in this order: `NGATU_GALLERY_KEY`, the configured file, `gallery.key` in the data folder. */
export interface KeyPlace {
  readonly dataFolder: string;
  readonly keyFile?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

/** The key. Throws {@link GalleryError} `missing-key`, `bad-key` or `open-key` (readable by others). */
export async function readGalleryKey(place: KeyPlace): Promise<Buffer> {
  const fromEnv = (place.env ?? process.env)["NGATU_GALLERY_KEY"];
  if (fromEnv !== undefined && fromEnv !== "") return parseKey(fromEnv, "NGATU_GALLERY_KEY");
  const file = keyFileOf(place);
  let text: string;
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0) {
      throw new GalleryError("open-key", `${file} can be read by others; chmod 600 it`);
    }
    text = await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof GalleryError) throw cause;
    const why = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    throw new GalleryError(
      "missing-key",
      `no gallery key: NGATU_GALLERY_KEY is unset and ${file}: ${why}`,
      cause,
    );
  }
  return parseKey(text, file);
}

/** The key, made on first use (mode 0600, never over an existing file) where none is configured by environment. */
export async function ensureGalleryKey(
  place: KeyPlace,
): Promise<{ key: Buffer; created: string | undefined }> {
  try {
    return { key: await readGalleryKey(place), created: undefined };
  } catch (error) {
    if (!(error instanceof GalleryError) || error.kind !== "missing-key") throw error;
  }
  const file = keyFileOf(place);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  let handle;
  try {
    handle = await open(file, "wx", 0o600);
  } catch (cause) {
    // Another command made it meanwhile: theirs is the key.
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") {
      return { key: await readGalleryKey(place), created: undefined };
    }
    throw cause;
  }
  const key = randomBytes(KEY_BYTES);
  try {
    await handle.writeFile(`${key.toString("hex")}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { key, created: file };
}

function keyFileOf(place: KeyPlace): string {
  return place.keyFile ?? join(place.dataFolder, "gallery.key");
}

function parseKey(text: string, where: string): Buffer {
  const hex = text.trim();
  // The key itself never goes into the message.
  if (!/^[0-9a-fA-F]{64}$/.test(hex)) {
    throw new GalleryError("bad-key", `${where} must hold 32 bytes as 64 hexadecimal digits`);
  }
  return Buffer.from(hex, "hex");
}
