// Forecasts of a camera's zones for whoever asks: learned from weeks once a day, made from the last hour each time.
import type { CrowdMinute } from "../store/crowd-samples-repository.ts";
import { type Forecast, type Forecaster, learnForecaster } from "./forecaster.ts";
import { type MinuteSeries, minuteSeries } from "./minute-series.ts";

/** Whether a zone will hold more than its capacity within half an hour: likelier than not, one in ten, or less. */
export type OverCapacity = "expected" | "possible" | "unlikely";

export interface ZoneForecast {
  readonly zone: string;
  /** End of the minute that the forecast was made from. */
  readonly at: Date;
  /** Mean of that minute. */
  readonly persons: number;
  readonly capacity?: number;
  /** Absent without a capacity. */
  readonly over?: OverCapacity;
  readonly forecasts: readonly Forecast[];
}

export interface ForecastBoardOptions {
  /** Minute samples of a camera since a time, newest first. */
  readonly samples: (box: string, camera: string, from: Date) => Promise<readonly CrowdMinute[]>;
  readonly now: () => Date;
}

const DAY_MS = 24 * 3_600_000;
/** What is usual is learned from so much. */
const LEARN_MS = 42 * DAY_MS;
/** What is unusual now shows in so much. */
const RECENT_MS = 3_600_000;
/** Learned cameras remembered; beyond that the one learned first is learned anew. */
const MOST_CAMERAS = 256;

interface Learned {
  readonly atMs: number;
  readonly zones: ReadonlyMap<string, Forecaster>;
}

export class ForecastBoard {
  readonly #options: ForecastBoardOptions;
  readonly #learned = new Map<string, Promise<Learned>>();

  constructor(options: ForecastBoardOptions) {
    this.#options = options;
  }

  /** Zones without a recent sample, or with too short a history, are left out. Rejects when the samples can't be read. */
  async forecasts(box: string, camera: string): Promise<ZoneForecast[]> {
    const nowMs = this.#options.now().getTime();
    const learned = await this.#learn(box, camera, nowMs);
    const recent = seriesOf(await this.#options.samples(box, camera, new Date(nowMs - RECENT_MS)));
    return [...recent].flatMap(([zone, { series, capacity }]): ZoneForecast[] => {
      const minute = series.from + series.values.length - 1;
      const forecasts = learned.zones.get(zone)?.forecast(series, minute) ?? [];
      if (forecasts.length === 0) return [];
      return [
        {
          zone,
          at: new Date((minute + 1) * 60_000),
          persons: series.values.at(-1) ?? 0,
          forecasts,
          ...(capacity === undefined ? {} : { capacity, over: overCapacity(forecasts, capacity) }),
        },
      ];
    });
  }

  async #learn(box: string, camera: string, nowMs: number): Promise<Learned> {
    const key = `${box}/${camera}`;
    const known = this.#learned.get(key);
    if (known !== undefined && nowMs - (await known).atMs < DAY_MS) return known;
    const learning = this.#options
      .samples(box, camera, new Date(nowMs - LEARN_MS))
      .then((minutes): Learned => {
        const zones = [...seriesOf(minutes)].map(
          ([zone, { series }]) => [zone, learnForecaster(series, Math.floor(nowMs / 60_000))] as const,
        );
        return { atMs: nowMs, zones: new Map(zones) };
      });
    this.#learned.delete(key);
    this.#learned.set(key, learning);
    const oldest = this.#learned.size > MOST_CAMERAS ? this.#learned.keys().next() : undefined;
    if (oldest?.done === false) this.#learned.delete(oldest.value);
    // What could not be read is tried again by the next who asks.
    learning.catch(() => {
      if (this.#learned.get(key) === learning) this.#learned.delete(key);
    });
    return await learning;
  }
}

interface ZoneSeries {
  readonly series: MinuteSeries;
  /** As the newest sample says. */
  readonly capacity: number | undefined;
}

function seriesOf(minutes: readonly CrowdMinute[]): Map<string, ZoneSeries> {
  const zones = new Map<string, CrowdMinute[]>();
  for (const minute of minutes) {
    const own = zones.get(minute.zone);
    if (own === undefined) zones.set(minute.zone, [minute]);
    else own.push(minute);
  }
  return new Map(
    [...zones].map(([zone, own]) => [zone, { series: minuteSeries(own), capacity: own[0]?.capacity }]),
  );
}

function overCapacity(forecasts: readonly Forecast[], capacity: number): OverCapacity {
  if (forecasts.some(({ persons }) => persons > capacity)) return "expected";
  return forecasts.some(({ high }) => high > capacity) ? "possible" : "unlikely";
}
