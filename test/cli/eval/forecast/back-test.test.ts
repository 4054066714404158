// The back-test learns only from what lay before the moment it forecasts, and scores what came.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { backTest, scoreHorizons } from "../../../../cli/eval/forecast/back-test.ts";
import { readRecorded, RecordedSamplesError } from "../../../../cli/eval/forecast/recorded.ts";
import { minuteSeries } from "../../../../server/forecast/minute-series.ts";
import { generateWeeks } from "../../../scenario/crowd/weeks.ts";

test("places that a seed makes are forecast better than by the last value or by last week's, four of five in the interval", () => {
  const tried = ["tide/1", "tide/2"].flatMap((seed) =>
    backTest(minuteSeries(generateWeeks(seed, 5).minutes), 28),
  );
  const score = scoreHorizons(tried).get(15);
  expect(score?.n).toBeGreaterThan(3000);
  expect(score?.mae).toBeLessThan(score?.naive_last ?? 0);
  expect(score?.mae).toBeLessThan(score?.naive_week ?? 0);
  expect(score?.coverage).toBeGreaterThan(0.75);
  expect(score?.coverage).toBeLessThan(0.85);
}, 60_000);

test("a forecast knows nothing of what comes after it", () => {
  const { minutes } = generateWeeks("ahead", 3);
  const series = minuteSeries(minutes);
  const cut = series.values.length - 600;
  const other = {
    from: series.from,
    values: series.values.map((value, index) => (index < cut ? value : 500)),
  };
  const until = (all: ReturnType<typeof backTest>): unknown[] => all.slice(0, 3 * 50);
  expect(until(backTest(series, 19))).toEqual(until(backTest(other, 19)));
});

test("the same seed makes the same weeks, another one others", () => {
  expect(generateWeeks("a", 1)).toEqual(generateWeeks("a", 1));
  expect(generateWeeks("a", 1).minutes).not.toEqual(generateWeeks("b", 1).minutes);
});

test("recorded minute samples are read zone by zone; other events are passed over", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ngatu-recorded-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "events.jsonl");
  const sample = (zone: string, time: string, data: object): string =>
    JSON.stringify({ type: "vn.ngatu.crowd.sample.v1", source: "/s/b/c", time, data: { zone, ...data } });
  writeFileSync(
    file,
    [
      sample("plaza", "2026-01-05T00:01:00.040Z", { persons: 4, persons_mean: 4.5 }),
      sample("plaza", "2026-01-05T00:01:01Z", { persons: 4 }),
      JSON.stringify({ type: "vn.ngatu.count.v1", data: {} }),
      sample("plaza", "2026-01-05T00:03:00Z", { persons: 4, persons_mean: 6 }),
      "",
    ].join("\n"),
  );
  const [zone, ...others] = await readRecorded(file);
  expect(others).toEqual([]);
  expect(zone?.name).toBe("/s/b/c/plaza");
  expect([...(zone?.series.values ?? [])]).toEqual([4.5, Number.NaN, 6]);
  writeFileSync(file, "not json\n");
  await expect(readRecorded(file)).rejects.toThrow(RecordedSamplesError);
});
