// Forecasts of people in a zone: the usual course of the week, moved by how unusual the last hours were.
import { describe, expect, test } from "vitest";
import { learnForecaster } from "../../../server/forecast/forecaster.ts";
import { leastSquares } from "../../../server/forecast/least-squares.ts";
import { type MinuteSeries, minuteSeries } from "../../../server/forecast/minute-series.ts";
import { learnSeason } from "../../../server/forecast/season.ts";

const DAY = 1440;
/** A Monday, midnight in Việt Nam. */
const MONDAY = Date.UTC(2025, 0, 6) / 60_000 - 420;

function weeks(count: number, persons: (day: number, minute: number) => number): MinuteSeries {
  return minuteSeries(
    Array.from({ length: count * 7 * DAY }, (_, at) => ({
      minute: MONDAY + at,
      persons: persons(Math.floor(at / DAY), at % DAY),
    })),
  );
}
/** Forty people at noon of working days, ten at night, twenty at noon of weekends. */
const habit = (day: number, minute: number): number => {
  const noon = Math.exp(-(((minute - 720) / 120) ** 2));
  return 10 + (day % 7 < 5 ? 30 : 10) * noon;
};

describe("a series of minutes", () => {
  test("keeps gaps as gaps, the later of two values, and nothing that is no number of people", () => {
    const { from, values } = minuteSeries([
      { minute: 12, persons: 4 },
      { minute: 10, persons: 1 },
      { minute: 10, persons: 2 },
      { minute: 11, persons: Number.NaN },
      { minute: 11.5, persons: 3 },
      { minute: 13, persons: -1 },
    ]);
    expect(from).toBe(10);
    expect([...values]).toEqual([2, Number.NaN, 4]);
  });
});

describe("what is usual", () => {
  test("differs between working days and weekends", () => {
    const season = learnSeason(weeks(4, habit), MONDAY + 28 * DAY);
    const noon = MONDAY + 28 * DAY + 720;
    expect(season.usual(noon)).toBeGreaterThan(30);
    expect(season.usual(noon + 5 * DAY)).toBeLessThan(27);
    expect(season.usual(noon + 720)).toBeLessThan(12);
  });

  test("a day that is left out does not know of itself", () => {
    const strange = weeks(3, (day, minute) => (day === 9 ? 100 : habit(day, minute)));
    const season = learnSeason(strange, MONDAY + 21 * DAY);
    const then = MONDAY + 9 * DAY + 300;
    expect(season.usual(then)).toBeGreaterThan(30);
    expect(season.usual(then, true)).toBeLessThan(15);
  });
});

describe("a forecast", () => {
  test("follows the habit where nothing else happens", () => {
    const series = weeks(4, habit);
    const now = MONDAY + 28 * DAY - DAY + 660;
    const forecaster = learnForecaster(series, MONDAY + 27 * DAY);
    for (const { aheadMin, persons, low, high } of forecaster.forecast(series, now)) {
      const truth = habit(27, 660 + aheadMin);
      expect(Math.abs(persons - truth)).toBeLessThan(1);
      expect(low).toBeLessThanOrEqual(persons + 0.01);
      expect(high).toBeGreaterThanOrEqual(persons - 0.01);
    }
  });

  test("more people than usual now are more than usual soon", () => {
    // Days differ by a level of their own, which the hours of the same day share.
    const level = (day: number): number => 1 + 0.3 * Math.sin(day * 2.3);
    const series = weeks(4, (day, minute) => level(day) * habit(day, minute));
    const forecaster = learnForecaster(series, MONDAY + 26 * DAY);
    const [first] = forecaster.forecast(series, MONDAY + 26 * DAY + 600);
    const usual = habit(26, 605);
    expect(Math.abs((first?.persons ?? 0) - level(26) * usual)).toBeLessThan(
      0.4 * Math.abs(level(26) - 1) * usual,
    );
  });

  test("nothing is said while the last minutes are unknown, nor from an hour of history", () => {
    const series = weeks(3, habit);
    const forecaster = learnForecaster(series, MONDAY + 21 * DAY);
    expect(forecaster.forecast(series, MONDAY + 21 * DAY + 60)).toEqual([]);
    const young = { from: series.from, values: series.values.slice(0, 60) };
    expect(learnForecaster(young, series.from + 60).forecast(young, series.from + 59)).toEqual([]);
  });
});

test("least squares finds the weights that made the values", () => {
  const rows = Array.from({ length: 200 }, (_, index) => [Math.sin(index), Math.cos(3 * index), index % 7]);
  const values = rows.map(([a = 0, b = 0, c = 0]) => 2 * a - b + 0.5 * c);
  const [a, b, c] = leastSquares(rows, values);
  expect(a).toBeCloseTo(2, 1);
  expect(b).toBeCloseTo(-1, 1);
  expect(c).toBeCloseTo(0.5, 1);
});
