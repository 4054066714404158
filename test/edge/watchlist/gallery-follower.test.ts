// The running box's watch list: follows the file and the clock, and survives tampering.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { WatchEntry } from "../../../edge/watchlist/entry.ts";
import { galleryFile, readGallery, updateGallery } from "../../../edge/watchlist/gallery.ts";
import { createGalleryFollower, type GalleryFollower } from "../../../edge/watchlist/gallery-follower.ts";
import type { SearchSet } from "../../../edge/watchlist/search-set.ts";

const key = Buffer.alloc(32, 7);
const model = "a".repeat(64);
let nowMs = Date.parse("2026-06-01T00:00:00Z");
let folder: string;
let file: string;
let sets: SearchSet[];
let logged: string[];
let follower: GalleryFollower;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ngatu-follow-"));
  file = galleryFile(folder);
  sets = [];
  logged = [];
  nowMs = Date.parse("2026-06-01T00:00:00Z");
  follower = createGalleryFollower({
    file,
    key,
    faces: { model, onSet: (set) => sets.push(set) },
    log: pino({}, { write: (line: string) => logged.push(line) }),
    now: () => nowMs,
    pollMs: 10,
  });
});
afterEach(async () => {
  await follower.stop();
  await rm(folder, { recursive: true, force: true });
});

function entry(id: string, over: Partial<WatchEntry> = {}): WatchEntry {
  return {
    id,
    name: "Nguyễn Văn An",
    reason: "r",
    created: "2026-05-01T00:00:00Z",
    expires: "2027-01-01T00:00:00Z",
    model,
    templates: [Float32Array.from([0.6, 0.8])],
    ...over,
  };
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !holds(); i++) await sleep(20);
  expect(holds()).toBe(true);
}

const inForce = (): string[] => sets.at(-1)?.entries.map(({ id }) => id) ?? [];

it("gives an empty list while there is no gallery, then what was enrolled meanwhile", async () => {
  await follower.start();
  expect(inForce()).toEqual([]);
  await updateGallery(file, key, nowMs, () => [entry("1")]);
  await until(() => inForce().join() === "1");
});

it("drops an entry from memory and disk once the clock passes its expiry, without any other sign", async () => {
  await updateGallery(file, key, nowMs, () => [entry("1", { expires: "2026-06-01T00:01:00Z" }), entry("2")]);
  await follower.start();
  expect(inForce()).toEqual(["1", "2"]);
  nowMs += 60_000;
  await until(() => inForce().join() === "2");
  expect((await readGallery(file, key)).map(({ id }) => id)).toEqual(["2"]);
});

it("keeps the last good list when the file is altered, and reports it without names", async () => {
  await updateGallery(file, key, nowMs, () => [entry("1")]);
  await follower.start();
  await writeFile(file, "nothing that we wrote, but long enough to look like something");
  await until(() => logged.some((line) => line.includes("not-a-gallery")));
  expect(inForce()).toEqual(["1"]);
  expect(logged.join("")).not.toContain("Nguyễn");
});

it("does not start on a gallery that it can't read", async () => {
  await updateGallery(file, Buffer.alloc(32, 9), nowMs, () => [entry("1")]);
  await expect(follower.start()).rejects.toMatchObject({ kind: "wrong-key" });
});

it("leaves out entries of another embedder and says which", async () => {
  await updateGallery(file, key, nowMs, () => [entry("old", { model: "b".repeat(64) }), entry("new")]);
  await follower.start();
  expect(inForce()).toEqual(["new"]);
  expect(logged.some((line) => line.includes('"entry":"old"'))).toBe(true);
});
