// What is usual at a time of the week: the mean of past days, the same weekday counting most.
import type { MinuteSeries } from "./minute-series.ts";

/** A day is cut into so many equal parts. */
const PARTS = 144;
const MINUTES_OF_PART = 1440 / PARTS;
const DAY = 1440;
/** Việt Nam keeps UTC+7 all year. */
const OFFSET = 7 * 60;
/** Neighbouring parts count with these weights: one day's accidents do not make a habit. */
const NEIGHBOURS = [1, 2, 3, 2, 1];
/** A weekday is believed in against all days as if these had been so many days of it. */
const ALL_DAYS_WORTH = 0.7;
/** A day counts half as much after so many days, so that a habit that changes is unlearned. */
const HALF_LIFE_DAYS = 28;

export interface Season {
  /**
   * Usual value at a minute since 1970 UTC, interpolated between parts. With `leaveOut` as if that minute's own day had
   * not been seen: what a forecast error is measured with, so that it is none of hindsight. NaN where nothing is known.
   */
  usual(minute: number, leaveOut?: boolean): number;
}

interface Sums {
  readonly sum: Float64Array;
  readonly weight: Float64Array;
}

/** `values` of the series, transformed by the caller, as they were before minute `until`. */
export function learnSeason(series: MinuteSeries, until: number): Season {
  const parts = partMeans(series, until);
  const lastDay = dayOf(until);
  const weekday: Sums = { sum: new Float64Array(7 * PARTS), weight: new Float64Array(7 * PARTS) };
  const anyDay: Sums = { sum: new Float64Array(PARTS), weight: new Float64Array(PARTS) };
  for (const [day, means] of parts) {
    const weight = weightOf(day, lastDay);
    for (let part = 0; part < PARTS; part++) {
      const value = means[part] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      add(weekday, weekdayOf(day) * PARTS + part, value, weight);
      add(anyDay, part, value, weight);
    }
  }

  const atPart = (day: number, part: number, leaveOut: boolean): number => {
    const own = leaveOut ? parts.get(day) : undefined;
    const ownWeight = weightOf(day, lastDay);
    let sum = 0;
    let weight = 0;
    let allSum = 0;
    let allWeight = 0;
    for (const [index, share] of NEIGHBOURS.entries()) {
      const at = (part + index - (NEIGHBOURS.length >> 1) + PARTS) % PARTS;
      const slot = weekdayOf(day) * PARTS + at;
      const known = own?.[at] ?? Number.NaN;
      const out = Number.isNaN(known) ? 0 : ownWeight;
      const value = Number.isNaN(known) ? 0 : known;
      sum += share * ((weekday.sum[slot] ?? 0) - out * value);
      weight += share * ((weekday.weight[slot] ?? 0) - out);
      allSum += share * ((anyDay.sum[at] ?? 0) - out * value);
      allWeight += share * ((anyDay.weight[at] ?? 0) - out);
    }
    if (allWeight < 1e-9) return Number.NaN;
    const shares = NEIGHBOURS.reduce((total, share) => total + share, 0);
    const worth = ALL_DAYS_WORTH * shares;
    return (sum + (worth * allSum) / allWeight) / (weight + worth);
  };

  return {
    usual(minute, leaveOut = false) {
      const local = minute + OFFSET;
      const at = (local % DAY) / MINUTES_OF_PART - 0.5;
      const before = Math.floor(at);
      const share = at - before;
      const day = Math.floor(local / DAY);
      const wrapped = (part: number): number => (part + PARTS) % PARTS;
      const first = atPart(day, wrapped(before), leaveOut);
      const second = atPart(day, wrapped(before + 1), leaveOut);
      return first * (1 - share) + second * share;
    },
  };
}

function add(sums: Sums, index: number, value: number, weight: number): void {
  sums.sum[index] = (sums.sum[index] ?? 0) + weight * value;
  sums.weight[index] = (sums.weight[index] ?? 0) + weight;
}

/** Means of the parts of every local day. */
function partMeans({ from, values }: MinuteSeries, until: number): Map<number, Float64Array> {
  const days = new Map<number, Float64Array>();
  const counts = new Map<number, Uint8Array>();
  for (let index = 0; index < values.length && from + index < until; index++) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const local = from + index + OFFSET;
    const day = Math.floor(local / DAY);
    const part = Math.floor((local % DAY) / MINUTES_OF_PART);
    let means = days.get(day);
    let seen = counts.get(day);
    if (means === undefined || seen === undefined) {
      means = new Float64Array(PARTS).fill(Number.NaN);
      seen = new Uint8Array(PARTS);
      days.set(day, means);
      counts.set(day, seen);
    }
    const count = (seen[part] ?? 0) + 1;
    const mean = count === 1 ? 0 : (means[part] ?? 0);
    means[part] = mean + (value - mean) / count;
    seen[part] = count;
  }
  return days;
}

function dayOf(minute: number): number {
  return Math.floor((minute + OFFSET) / DAY);
}

/** 1970-01-01 was a Thursday; which number a weekday has does not matter. */
function weekdayOf(day: number): number {
  return ((day % 7) + 7) % 7;
}

function weightOf(day: number, lastDay: number): number {
  return 0.5 ** ((lastDay - day) / HALF_LIFE_DAYS);
}
