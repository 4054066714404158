// Searches galleries of a chosen size and compares every answer with a plain search in double precision.
import { setImmediate as turn } from "node:timers/promises";
import { createGallerySearch, type GallerySearch } from "../../../edge/watchlist/gallery-search.ts";
import type { Ranked } from "../../../edge/watchlist/ranking.ts";
import type { SearchSet } from "../../../edge/watchlist/search-set.ts";
import { openNativeScan } from "./native-scan.ts";
import { drawUnit, normals, randomGallery, SPREAD } from "./random-gallery.ts";

export interface MatchFigures {
  readonly identities: number;
  readonly dimensions: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly native_scan_ms: number;
  readonly ratio: number;
  readonly rss_growth_mb: number;
  readonly raw_mb: number;
  readonly exact: boolean;
  readonly clustered_p50_ms: number;
  readonly clustered_p99_ms: number;
  readonly clustered_ratio: number;
  readonly clustered_rss_growth_mb: number;
  /** 20 templates for each of a twentieth of the people. */
  readonly several_templates_p50_ms: number;
  readonly updates: number;
  readonly update_search_p99_ms: number;
  readonly index_ms: number;
  readonly probes_checked: number;
}

const LIMIT = 10;
const PROBES = 200;
const TIMED = 400;
const DIMENSIONS = 512;
const NOW = Date.parse("2026-01-01T00:00:00Z");
const MEGA = 1024 * 1024;

export async function measureMatch(identities: number, say: (what: string) => void): Promise<MatchFigures> {
  const rssBefore = process.memoryUsage().rss;
  const plan = { templates: identities, dimensions: DIMENSIONS, perEntry: 1 };
  say("spread gallery");
  const spread = await measureOne(randomGallery(plan, 1), false, rssBefore);
  say("updates while searching");
  const updates = await measureUpdates(spread.gallery, spread.set);
  const native = await openNativeScan(spread.set.rows, DIMENSIONS);
  const paired = await measurePaired(spread, native.run);
  await spread.gallery.close();
  say("clustered gallery");
  const clustered = await measureOne(randomGallery({ ...plan, perCentre: 20 }, 2), true, undefined);
  const clusteredTimes = await measurePaired(clustered, native.run);
  await clustered.gallery.close();
  say("several templates of each person");
  const several = await measureOne(
    randomGallery({ ...plan, perEntry: 20, perCentre: 20 }, 3),
    true,
    undefined,
  );
  const severalTimes = await measurePaired(several, native.run);
  await several.gallery.close();
  const nativeMs = at(paired.native, 0.5);
  return {
    identities,
    dimensions: DIMENSIONS,
    p50_ms: at(paired.own, 0.5),
    p99_ms: at(paired.own, 0.99),
    native_scan_ms: nativeMs,
    ratio: at(paired.own, 0.5) / nativeMs,
    rss_growth_mb: spread.rssGrowthMb,
    raw_mb: (identities * DIMENSIONS * 4) / MEGA,
    exact: spread.exact && clustered.exact && several.exact && updates.exact,
    clustered_p50_ms: at(clusteredTimes.own, 0.5),
    clustered_p99_ms: at(clusteredTimes.own, 0.99),
    clustered_ratio: at(clusteredTimes.own, 0.5) / at(clusteredTimes.native, 0.5),
    clustered_rss_growth_mb: clustered.indexGrowthMb + (identities * DIMENSIONS * 4) / MEGA,
    several_templates_p50_ms: at(severalTimes.own, 0.5),
    updates: updates.updates,
    update_search_p99_ms: at(updates.times, 0.99),
    index_ms: spread.indexMs,
    probes_checked: 3 * PROBES + updates.times.length,
  };
}

interface Measured {
  readonly set: SearchSet;
  readonly gallery: GallerySearch;
  readonly probes: readonly Float32Array[];
  readonly exact: boolean;
  readonly indexMs: number;
  readonly rssGrowthMb: number;
  readonly indexGrowthMb: number;
}

async function measureOne(
  set: SearchSet,
  clustered: boolean,
  rssBefore: number | undefined,
): Promise<Measured> {
  const rssSet = process.memoryUsage().rss;
  const gallery = createGallerySearch();
  const begun = performance.now();
  gallery.setGallery(set);
  await gallery.settled();
  const indexMs = performance.now() - begun;
  const probes = drawProbes(set, clustered);
  let exact = true;
  let rssMost = process.memoryUsage().rss;
  const found: (readonly Ranked[])[] = [];
  for (const probe of probes) {
    found.push(await gallery.nearest(probe, LIMIT, NOW));
    rssMost = Math.max(rssMost, process.memoryUsage().rss);
  }
  // Apart, so that the check's own memory doesn't count.
  const scores = new Float64Array(set.entries.length);
  for (const [i, probe] of probes.entries()) {
    if (!same(found[i] ?? [], bruteForce(set, probe, scores))) exact = false;
  }
  return {
    ...{ set, gallery, probes, exact, indexMs },
    rssGrowthMb: (rssMost - (rssBefore ?? rssSet)) / MEGA,
    indexGrowthMb: (rssMost - rssSet) / MEGA,
  };
}

/** Strangers to a spread gallery; to a clustered one, half of them further pictures of people in it. */
function drawProbes(set: SearchSet, clustered: boolean): Float32Array[] {
  const normal = normals(99);
  return Array.from({ length: PROBES }, (_, i) => {
    const probe = new Float32Array(set.dimensions);
    const row = (i * 7919) % set.owners.length;
    const known = clustered && i % 2 === 0;
    const near = set.rows.subarray(row * set.dimensions, (row + 1) * set.dimensions);
    drawUnit(probe, normal, known ? near : undefined, known ? SPREAD : 1);
    return probe;
  });
}

/** Search and native scan in turn, so that whatever else the machine does meets both. */
async function measurePaired(
  { gallery, probes }: Measured,
  scan: (probe: Float32Array) => unknown,
): Promise<{ readonly own: number[]; readonly native: number[] }> {
  const own: number[] = [];
  const native: number[] = [];
  for (let i = 0; i < TIMED; i++) {
    const probe = probes[i % probes.length] as Float32Array;
    const begun = performance.now();
    await gallery.nearest(probe, LIMIT, NOW);
    const between = performance.now();
    scan(probe);
    native.push(performance.now() - between);
    own.push(between - begun);
    if (i % 50 === 0) await turn();
  }
  return { own, native };
}

/** Replaces the last entry's template again and again while searches go on; each search must see the newest. */
async function measureUpdates(
  gallery: GallerySearch,
  set: SearchSet,
): Promise<{ readonly updates: number; readonly times: number[]; readonly exact: boolean }> {
  const normal = normals(7);
  const times: number[] = [];
  let exact = true;
  const updates = 20;
  const last = set.owners.length - 1;
  for (let update = 0; update < updates; update++) {
    const enrolled = new Float32Array(set.dimensions);
    drawUnit(enrolled, normal);
    const rows = new Float32Array(new SharedArrayBuffer(set.rows.byteLength));
    rows.set(set.rows);
    rows.set(enrolled, last * set.dimensions);
    gallery.setGallery({ ...set, rows });
    for (let search = 0; search < 5; search++) {
      const begun = performance.now();
      const [best] = await gallery.nearest(enrolled, LIMIT, NOW);
      times.push(performance.now() - begun);
      if (best?.owner !== set.owners[last]) exact = false;
    }
  }
  gallery.setGallery(set);
  await gallery.settled();
  return { updates, times, exact };
}

/** Sums in double precision, row by row; the best template of each entry. */
function bruteForce(
  { rows, owners, dimensions }: SearchSet,
  probe: Float32Array,
  best: Float64Array,
): Ranked[] {
  best.fill(-Infinity);
  for (let row = 0; row < owners.length; row++) {
    let score = 0;
    for (let i = 0; i < dimensions; i++)
      score += (rows[row * dimensions + i] as number) * (probe[i] as number);
    const owner = owners[row] as number;
    if (score > (best[owner] as number)) best[owner] = score;
  }
  const nearest: Ranked[] = [];
  while (nearest.length < Math.min(LIMIT, best.length)) {
    let owner = 0;
    for (let other = 1; other < best.length; other++) {
      if ((best[other] as number) > (best[owner] as number)) owner = other;
    }
    nearest.push({ owner, score: best[owner] as number });
    best[owner] = -Infinity;
  }
  return nearest;
}

/** The same people with the same scores; sums in another order differ in the last digits of a double. */
function same(found: readonly Ranked[], expected: readonly Ranked[]): boolean {
  return (
    found.length === expected.length &&
    expected.every(
      ({ owner, score }, i) => found[i]?.owner === owner && Math.abs(found[i].score - score) < 1e-12,
    )
  );
}

function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}
