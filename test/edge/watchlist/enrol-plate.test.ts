// A plate on the box's watch list: encrypted as faces are, gone at its expiry, refused where it is none.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, expect, test } from "vitest";
import type { ListedPlate } from "../../../edge/plate/hot-list.ts";
import { enrolPlate } from "../../../edge/watchlist/enrol-plate.ts";
import { galleryFile } from "../../../edge/watchlist/gallery.ts";
import { createGalleryFollower } from "../../../edge/watchlist/gallery-follower.ts";

const folder = mkdtempSync(join(tmpdir(), "ngatu-enrol-plate-"));
afterAll(() => rmSync(folder, { recursive: true }));
const place = { galleryFile: galleryFile(folder), key: new Uint8Array(32).fill(7), now: () => 0 };
const request = { plate: "29MĐ1-123.45", name: "stolen", reason: "theft", expires: "1970-01-02" };

test("is followed by the box without separators until its expiry, and the file does not show it", async () => {
  const entry = await enrolPlate(request, place);
  expect(entry).toMatchObject({ plate: "29MD112345", expires: "1970-01-02T00:00:00.000Z" });
  const before: (readonly ListedPlate[])[] = [];
  const follower = createGalleryFollower({
    file: place.galleryFile,
    key: place.key,
    onPlates: (plates) => before.push(plates),
    log: pino({ level: "silent" }),
    now: () => 1000,
  });
  await follower.start();
  await follower.stop();
  expect(before).toMatchObject([[{ id: entry.id, plate: "29MD112345", expiresMs: 86_400_000 }]]);
  expect(readFileSync(place.galleryFile, "latin1")).not.toContain("29MD");
});

test.each(["???", "61A", "61A-123.45-678.90-11"])("%s is no plate, and refused by name", async (plate) => {
  await expect(enrolPlate({ ...request, plate }, place)).rejects.toThrow(plate);
});
