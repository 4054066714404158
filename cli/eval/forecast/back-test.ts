// Forecasts of the past, each made with what was known then, against what came.
import { HORIZONS_MIN, learnForecaster } from "../../../server/forecast/forecaster.ts";
import { type MinuteSeries, valueAt } from "../../../server/forecast/minute-series.ts";

export interface Tried {
  readonly aheadMin: number;
  readonly truth: number;
  readonly persons: number;
  readonly low: number;
  readonly high: number;
  /** The last value, and that of the same time last week. */
  readonly lastValue: number;
  readonly lastWeek: number;
}

const DAY = 1440;
const WEEK = 7 * DAY;
/** A forecast is made every so many minutes. */
const EVERY = 5;

/**
 * Learns anew each midnight from what came before, and forecasts through the day. Only moments at which all three
 * forecasts can be made and the truth is known are tried, so that they are compared on the same ones.
 */
export function backTest(series: MinuteSeries, learnDays: number): Tried[] {
  const tried: Tried[] = [];
  const end = series.from + series.values.length;
  for (let day = series.from + learnDays * DAY; day < end; day += DAY) {
    const forecaster = learnForecaster(series, day);
    for (let minute = day; minute < Math.min(end, day + DAY); minute += EVERY) {
      const lastValue = valueAt(series, minute);
      if (Number.isNaN(lastValue)) continue;
      for (const { aheadMin, persons, low, high } of forecaster.forecast(series, minute)) {
        const truth = valueAt(series, minute + aheadMin);
        const lastWeek = valueAt(series, minute + aheadMin - WEEK);
        if (Number.isNaN(truth) || Number.isNaN(lastWeek)) continue;
        tried.push({ aheadMin, truth, persons, low, high, lastValue, lastWeek });
      }
    }
  }
  return tried;
}

export interface HorizonScore {
  readonly mae: number;
  readonly naive_last: number;
  readonly naive_week: number;
  /** Share of truths within the 80 % interval; moments at which it is 0 to 0 people say nothing and are left out. */
  readonly coverage: number;
  /** Mean width of the interval, people. */
  readonly width: number;
  readonly n: number;
}

export function scoreHorizons(tried: readonly Tried[]): Map<number, HorizonScore> {
  return new Map(
    HORIZONS_MIN.map((aheadMin) => [aheadMin, scoreOf(tried.filter((each) => each.aheadMin === aheadMin))]),
  );
}

function scoreOf(tried: readonly Tried[]): HorizonScore {
  const mean = (of: (each: Tried) => number): number =>
    tried.reduce((sum, each) => sum + of(each), 0) / Math.max(1, tried.length);
  const saying = tried.filter(({ high }) => high > 0);
  const within = saying.filter(({ truth, low, high }) => truth >= low && truth <= high);
  return {
    mae: mean(({ persons, truth }) => Math.abs(persons - truth)),
    naive_last: mean(({ lastValue, truth }) => Math.abs(lastValue - truth)),
    naive_week: mean(({ lastWeek, truth }) => Math.abs(lastWeek - truth)),
    coverage: within.length / Math.max(1, saying.length),
    width: mean(({ low, high }) => high - low),
    n: tried.length,
  };
}
