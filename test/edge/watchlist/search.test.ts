// The gallery search against a plain one in double precision.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { WatchEntry } from "../../../edge/watchlist/entry.ts";
import { searchGallery } from "../../../edge/watchlist/search.ts";
import { buildSearchSet } from "../../../edge/watchlist/search-set.ts";

const model = "b".repeat(64);
const now = Date.parse("2026-06-01T00:00:00Z");

function unit(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values) || 1;
  return Float32Array.from(values, (value) => value / length);
}

function entry(id: string, templates: Float32Array[], over: Partial<WatchEntry> = {}): WatchEntry {
  return {
    id,
    name: `name of ${id}`,
    reason: "r",
    created: "2026-05-01T00:00:00Z",
    expires: "2027-01-01T00:00:00Z",
    model,
    templates,
    ...over,
  };
}

const dimensions = 7;
const vector = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: dimensions, maxLength: dimensions })
  .map(unit);

describe("gallery search", () => {
  test.prop([
    fc.array(fc.array(vector, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
    vector,
  ])("finds the best entry and its lead over the best other entry", (people, probe) => {
    const entries = people.map((templates, i) => entry(String(i), templates));
    const { set } = buildSearchSet(entries, model, now);
    const scores = people.map((templates) =>
      Math.max(...templates.map((template) => template.reduce((sum, x, i) => sum + x * (probe[i] ?? 0), 0))),
    );
    const sorted = [...scores].sort((a, b) => b - a);
    const found = searchGallery(set, probe, now);
    expect(found?.score).toBeCloseTo(sorted[0] ?? NaN, 12);
    expect(scores[Number(found?.entryId)]).toBeCloseTo(sorted[0] ?? NaN, 12);
    const margin = sorted[1] === undefined ? sorted[0] : (sorted[0] ?? NaN) - sorted[1];
    expect(found?.margin).toBeCloseTo(margin ?? NaN, 12);
  });

  it("finds nothing in a gallery of nobody", () => {
    const { set } = buildSearchSet([], model, now);
    expect(searchGallery(set, unit([1, 0, 0]), now)).toBeUndefined();
  });

  it("never finds an entry after its expiry, though the set was built before", () => {
    const expires = "2026-06-01T00:00:10Z";
    const gone = entry("gone", [unit([1, 0, 0])], { expires });
    const { set } = buildSearchSet([gone, entry("stays", [unit([0, 1, 0])])], model, now);
    expect(searchGallery(set, unit([1, 0, 0]), now)?.entryId).toBe("gone");
    expect(searchGallery(set, unit([1, 0, 0]), Date.parse(expires))).toMatchObject({
      entryId: "stays",
      score: 0,
    });
  });

  it("leaves out templates that another embedder made, and names them", () => {
    const foreign = entry("foreign", [unit([1, 0, 0])], { model: "c".repeat(64) });
    const built = buildSearchSet([foreign, entry("own", [unit([0, 1, 0])])], model, now);
    expect(built.set.entries.map(({ id }) => id)).toEqual(["own"]);
    expect(built.foreign).toEqual([foreign]);
  });
});
