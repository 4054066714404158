// The gallery on disk: what it keeps, what it hides, and what it refuses.
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { WatchEntry } from "../../../edge/watchlist/entry.ts";
import { galleryFile, readGallery, updateGallery } from "../../../edge/watchlist/gallery.ts";
import { ensureGalleryKey, readGalleryKey } from "../../../edge/watchlist/key.ts";

const key = Buffer.alloc(32, 7);
const now = Date.parse("2026-06-01T00:00:00Z");
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ngatu-gallery-"));
  file = galleryFile(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function entry(id: string, over: Partial<WatchEntry> = {}): WatchEntry {
  return {
    id,
    name: "Nguyễn Văn An",
    reason: "missing person 12/2026",
    created: "2026-05-01T00:00:00Z",
    expires: "2027-01-01T00:00:00Z",
    model: "a".repeat(64),
    templates: [Float32Array.from([0.6, 0.8, 0]), Float32Array.from([0, 1, 0])],
    ...over,
  };
}

describe("the gallery file", () => {
  it("gives back what was written, exactly", async () => {
    const entries = [entry("1"), entry("2", { authority: "PC02", requester: "Trần B", templates: [] })];
    await updateGallery(file, key, now, () => entries);
    expect(await readGallery(file, key)).toEqual(entries);
  });

  it("is empty where no file is", async () => {
    expect(await readGallery(file, key)).toEqual([]);
  });

  it("is readable by its owner alone, and shows neither names nor templates", async () => {
    await updateGallery(file, key, now, () => [entry("1")]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const bytes = await readFile(file);
    expect(bytes.includes("Nguyễn")).toBe(false);
    expect(bytes.includes("missing")).toBe(false);
    expect(bytes.includes(Buffer.from(Float32Array.from([0.6, 0.8]).buffer))).toBe(false);
    expect(await readdir(folder)).toEqual(["gallery.bin"]);
  });

  it("refuses another key, and says so", async () => {
    await updateGallery(file, key, now, () => [entry("1")]);
    await expect(readGallery(file, Buffer.alloc(32, 8))).rejects.toMatchObject({ kind: "wrong-key" });
  });

  it("refuses a file of which any byte was altered", async () => {
    await updateGallery(file, key, now, () => [entry("1")]);
    const intact = await readFile(file);
    for (let at = 0; at < intact.length; at += at < 60 ? 1 : 17) {
      const altered = Buffer.from(intact);
      altered[at] = (altered[at] ?? 0) ^ 1;
      await writeFile(file, altered);
      await expect(readGallery(file, key), `byte ${at}`).rejects.toMatchObject({ name: "GalleryError" });
    }
  });

  it("refuses a file that was cut short, at every length", async () => {
    await updateGallery(file, key, now, () => [entry("1")]);
    const intact = await readFile(file);
    for (const length of [0, 5, 47, 48, intact.length - 1]) {
      await writeFile(file, intact.subarray(0, length));
      await expect(readGallery(file, key), `${length} bytes`).rejects.toMatchObject({ name: "GalleryError" });
    }
  });

  it("drops expired entries from the disk at the next change", async () => {
    await updateGallery(file, key, now, () => [entry("1", { expires: "2026-06-01T00:00:01Z" }), entry("2")]);
    await updateGallery(file, key, now + 1000, (entries) => entries);
    expect((await readGallery(file, key)).map(({ id }) => id)).toEqual(["2"]);
  });

  it("loses no entry when many writers come at once", async () => {
    const ids = Array.from({ length: 20 }, (_, i) => String(i));
    await Promise.all(ids.map((id) => updateGallery(file, key, now, (entries) => [...entries, entry(id)])));
    const found = (await readGallery(file, key)).map(({ id }) => id);
    expect(found.sort()).toEqual(ids.sort());
  });

  it("takes over the lock of a process that is gone", async () => {
    // The largest process id Linux gives is below 2^22.
    await writeFile(`${file}.lock`, "4194305");
    await updateGallery(file, key, now, () => [entry("1")]);
    expect(await readGallery(file, key)).toHaveLength(1);
  });
});

describe("the gallery key", () => {
  it("is made once, for its owner alone, and found again", async () => {
    const first = await ensureGalleryKey({ dataFolder: folder, env: {} });
    expect(first.created).toBe(join(folder, "gallery.key"));
    expect((await stat(join(folder, "gallery.key"))).mode & 0o777).toBe(0o600);
    const second = await ensureGalleryKey({ dataFolder: folder, env: {} });
    expect(second).toEqual({ key: first.key, created: undefined });
  });

  it("comes from the environment before any file", async () => {
    await ensureGalleryKey({ dataFolder: folder, env: {} });
    const env = { NGATU_GALLERY_KEY: "ab".repeat(32) };
    expect(await readGalleryKey({ dataFolder: folder, env })).toEqual(Buffer.alloc(32, 0xab));
  });

  it("is refused when it is missing, malformed or open to others, without being shown", async () => {
    await expect(readGalleryKey({ dataFolder: folder, env: {} })).rejects.toMatchObject({
      kind: "missing-key",
    });
    const bad = readGalleryKey({ dataFolder: folder, env: { NGATU_GALLERY_KEY: "c0ffee" } });
    await expect(bad).rejects.toMatchObject({ kind: "bad-key" });
    await expect(bad).rejects.not.toThrow("c0ffee");
    const keyFile = join(folder, "k");
    await writeFile(keyFile, "ab".repeat(32));
    await chmod(keyFile, 0o644);
    await expect(readGalleryKey({ dataFolder: folder, keyFile, env: {} })).rejects.toMatchObject({
      kind: "open-key",
    });
  });
});
