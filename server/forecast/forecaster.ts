// Forecasts the people of a zone some minutes ahead: what is usual then, moved by how unusual the last hours were.
import { meanUpTo, type MinuteSeries, valueAt } from "./minute-series.ts";
import { leastSquares } from "./least-squares.ts";
import { learnSeason, type Season } from "./season.ts";

export const HORIZONS_MIN = [5, 15, 30] as const;
/** How unusual it was is measured over the last so many minutes. */
const RECENT_MIN = [2, 10, 45] as const;
/** Past minutes that the weights and the interval are learned from, one in so many. */
const EVERY_MIN = 5;
/** Errors of similar forecasts make the interval: as many groups by forecast, each of at least so many. */
const GROUPS = 6;
const LEAST_OF_GROUP = 200;
/** Known pairs below which nothing is forecast. */
const LEAST_PAIRS = 100;
/** The interval holds four of five. */
const LOW = 0.1;
const HIGH = 0.9;

/** People at a time ahead; `low` and `high` bound 80 %. */
export interface Forecast {
  readonly aheadMin: number;
  readonly persons: number;
  readonly low: number;
  readonly high: number;
}

interface Horizon {
  readonly aheadMin: number;
  readonly weights: readonly number[];
  /** Ascending by forecast: up to `upTo` these error quantiles hold. */
  readonly groups: readonly { readonly upTo: number; readonly low: number; readonly high: number }[];
}

export interface Forecaster {
  /**
   * From the series up to and with `minute`. Empty while the last {@link RECENT_MIN} minutes hold no sample, or the
   * history is too short.
   */
  forecast(series: MinuteSeries, minute: number): Forecast[];
}

/**
 * Learns from the history before `until` (minutes since 1970 UTC). All of it happens in the square root of people: the
 * scatter of a count grows with its root (Anscombe 1948), and the median, which the mean absolute error wants, survives
 * the way back. Each past minute is forecast as if its own day had not been seen; the errors of these forecasts give
 * the interval, apart for quiet and busy times.
 */
export function learnForecaster(series: MinuteSeries, until: number): Forecaster {
  const roots: MinuteSeries = { from: series.from, values: series.values.map(Math.sqrt) };
  const season = learnSeason(roots, until);
  const horizons = HORIZONS_MIN.flatMap((aheadMin): Horizon[] => {
    const horizon = learnHorizon(roots, season, until, aheadMin);
    return horizon === undefined ? [] : [horizon];
  });

  return {
    forecast(now, minute) {
      const last = recentRoots(now, minute);
      const recent = RECENT_MIN.map((length) => surprise(last, season, minute, length, false));
      if (recent.some(Number.isNaN)) return [];
      return horizons.flatMap(({ aheadMin, weights, groups }): Forecast[] => {
        const usual = season.usual(minute + aheadMin);
        if (Number.isNaN(usual)) return [];
        const root = Math.max(0, usual + dot(weights, recent));
        const group = groups.find(({ upTo }) => root <= upTo) ?? groups.at(-1);
        return [
          {
            aheadMin,
            persons: root ** 2,
            low: Math.max(0, root + (group?.low ?? 0)) ** 2,
            high: Math.max(0, root + (group?.high ?? 0)) ** 2,
          },
        ];
      });
    },
  };
}

function learnHorizon(
  roots: MinuteSeries,
  season: Season,
  until: number,
  aheadMin: number,
): Horizon | undefined {
  const rows: { readonly recent: number[]; readonly later: number; readonly usual: number }[] = [];
  const last = Math.min(until, roots.from + roots.values.length) - 1 - aheadMin;
  for (let minute = roots.from; minute <= last; minute += EVERY_MIN) {
    const value = valueAt(roots, minute + aheadMin);
    if (Number.isNaN(value)) continue;
    const recent = RECENT_MIN.map((length) => surprise(roots, season, minute, length, true));
    const usual = season.usual(minute + aheadMin, true);
    const later = value - usual;
    if (Number.isNaN(later) || recent.some(Number.isNaN)) continue;
    rows.push({ recent, later, usual });
  }
  if (rows.length < LEAST_PAIRS) return undefined;
  const weights = leastSquares(
    rows.map(({ recent }) => recent),
    rows.map(({ later }) => later),
  );
  const errors = rows
    .map(({ recent, later, usual }) => {
      const moved = dot(weights, recent);
      return { root: Math.max(0, usual + moved), error: usual + later - Math.max(0, usual + moved) };
    })
    .sort((a, b) => a.root - b.root);
  const size = Math.max(LEAST_OF_GROUP, Math.ceil(errors.length / GROUPS));
  const groups: Horizon["groups"][number][] = [];
  for (let at = 0; at < errors.length; at += size) {
    // A rest too small for quantiles of its own joins the group before it.
    const end = errors.length - at - size < LEAST_OF_GROUP ? errors.length : at + size;
    const group = errors.slice(at, end);
    const sorted = group.map(({ error }) => error).sort((a, b) => a - b);
    groups.push({ upTo: group.at(-1)?.root ?? 0, low: quantile(sorted, LOW), high: quantile(sorted, HIGH) });
    if (end === errors.length) break;
  }
  return { aheadMin, weights, groups };
}

/** How far the mean of the last minutes lay from what is usual in their middle. */
function surprise(
  roots: MinuteSeries,
  season: Season,
  minute: number,
  length: number,
  leaveOut: boolean,
): number {
  return meanUpTo(roots, minute, length) - season.usual(minute - (length >> 1), leaveOut);
}

/** Roots of the minutes that the last values are taken from. */
function recentRoots(series: MinuteSeries, minute: number): MinuteSeries {
  const from = minute - Math.max(...RECENT_MIN) + 1;
  const values = Float64Array.from({ length: minute - from + 1 }, (_, index) =>
    Math.sqrt(valueAt(series, from + index)),
  );
  return { from, values };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

/** Linear between ranks. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}
