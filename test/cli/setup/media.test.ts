// The catalogue of sample media, and a clip taken from a mirror.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureClip, readMedia } from "../../../cli/setup/media.ts";
import { noProgress } from "../../../cli/setup/progress.ts";
import { sharedFolder } from "../../shared.ts";

let cache: string;
const mirror = process.env["NGATU_MIRROR"];
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "ngatu-media-"));
});
afterEach(() => {
  if (mirror === undefined) delete process.env["NGATU_MIRROR"];
  else process.env["NGATU_MIRROR"] = mirror;
  rmSync(cache, { recursive: true, force: true });
});

test("every clip has a licence, and no two share a name", () => {
  const clips = readMedia();
  expect(new Set(clips.map(({ name }) => name)).size).toBe(clips.length);
});

test("a clip with another hash than the catalogue's is refused, and each source is named", async () => {
  writeFileSync(join(cache, "odc-junction-a.mp4"), "something else");
  process.env["NGATU_MIRROR"] = cache;
  await expect(ensureClip("junction", { cache, progress: noProgress })).rejects.toThrow(
    /odc-junction-a\.mp4 could not be had:\n(.*\n)*.*SHA-256/i,
  );
});

test.skipIf(sharedFolder() === undefined)("a clip is taken from the mirror, whole", async () => {
  process.env["NGATU_MIRROR"] = sharedFolder();
  const path = await ensureClip("pedestrians", { cache, progress: noProgress });
  const clip = readMedia().find(({ name }) => name === "pedestrians");
  expect(createHash("sha256").update(readFileSync(path)).digest("hex")).toBe(clip?.sha256);
});
