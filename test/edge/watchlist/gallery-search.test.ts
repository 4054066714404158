// The indexed gallery search against the plain one: the same answers, also while the gallery changes.
import { afterEach, describe, expect, it } from "vitest";
import { drawUnit, normals, randomGallery } from "../../../cli/bench/match/random-gallery.ts";
import { createGallerySearch, type GallerySearch } from "../../../edge/watchlist/gallery-search.ts";
import { rankRows, searchGallery } from "../../../edge/watchlist/search.ts";
import type { SearchSet } from "../../../edge/watchlist/search-set.ts";

const now = Date.parse("2026-06-01T00:00:00Z");
const plan = { templates: 20_000, dimensions: 64, perEntry: 4, perCentre: 4 };

let gallery: GallerySearch;
afterEach(async () => {
  await gallery.close();
});

function probesOf(set: SearchSet, count: number): Float32Array[] {
  const normal = normals(5);
  return Array.from({ length: count }, (_, i) => {
    const probe = new Float32Array(set.dimensions);
    const at = ((i * 7919) % set.owners.length) * set.dimensions;
    drawUnit(probe, normal, i % 2 === 0 ? set.rows.subarray(at, at + set.dimensions) : undefined, 0.8);
    return probe;
  });
}

describe("indexed gallery search", () => {
  it("finds the same ten people with the same scores as a scan of every row", async () => {
    const set = randomGallery(plan, 1);
    gallery = createGallerySearch();
    gallery.setGallery(set);
    await gallery.settled();
    for (const probe of probesOf(set, 40)) {
      const expected = rankRows(set, probe, 10, now, 0, set.owners.length);
      expect(await gallery.nearest(probe, 10, now)).toEqual(expected);
      expect(await gallery.search(probe, now)).toEqual(searchGallery(set, probe, now));
    }
  });

  it("answers from the newest gallery while its index is still behind", async () => {
    gallery = createGallerySearch();
    for (const seed of [1, 2, 3]) {
      const set = randomGallery({ ...plan, templates: 8000 * seed }, seed);
      gallery.setGallery(set);
      for (const probe of probesOf(set, 6)) {
        expect(await gallery.search(probe, now)).toEqual(searchGallery(set, probe, now));
      }
    }
  });

  it("forgets an entry at its expiry, though its index was made before", async () => {
    const set = randomGallery(plan, 1);
    const expiring = {
      ...set,
      entries: set.entries.map((entry, i) => (i === 7 ? { ...entry, expiresMs: now + 1 } : entry)),
    };
    gallery = createGallerySearch();
    gallery.setGallery(expiring);
    await gallery.settled();
    const probe = set.rows.slice(7 * 4 * plan.dimensions, (7 * 4 + 1) * plan.dimensions);
    expect((await gallery.search(probe, now))?.entryId).toBe("p7");
    expect((await gallery.search(probe, now + 1))?.entryId).not.toBe("p7");
  });

  it("holds to its bound for rows and probes of any shape: one number, equal numbers, none", async () => {
    const set = randomGallery(plan, 1);
    set.rows.fill(0, 0, plan.dimensions);
    set.rows.fill(0.125, plan.dimensions, 2 * plan.dimensions);
    set.rows.fill(0, 2 * plan.dimensions, 3 * plan.dimensions);
    set.rows[2 * plan.dimensions] = -1;
    gallery = createGallerySearch();
    gallery.setGallery(set);
    await gallery.settled();
    const single = new Float32Array(plan.dimensions);
    single[0] = 1;
    for (const probe of [single, new Float32Array(plan.dimensions).fill(-0.125)]) {
      const expected = rankRows(set, probe, 3, now, 0, set.owners.length);
      expect(await gallery.nearest(probe, 3, now)).toEqual(expected);
    }
  });

  it("finds nobody without a gallery, and after one was taken away", async () => {
    const set = randomGallery(plan, 1);
    gallery = createGallerySearch();
    const probe = set.rows.slice(0, plan.dimensions);
    expect(await gallery.search(probe, now)).toBeUndefined();
    gallery.setGallery(set);
    gallery.setGallery(undefined);
    expect(await gallery.search(probe, now)).toBeUndefined();
  });
});
