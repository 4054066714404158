// `ngatu eval forecast`: the forecast of people against two naive ones, back-tested on generated or recorded weeks.
import type { Command } from "commander";
import { minuteSeries } from "../../server/forecast/minute-series.ts";
import { generateWeeks } from "../../test/scenario/crowd/weeks.ts";
import { wholeNumber } from "../option.ts";
import { backTest, type HorizonScore, scoreHorizons, type Tried } from "./forecast/back-test.ts";
import { readRecorded, type RecordedZone } from "./forecast/recorded.ts";
import { tableText } from "./table.ts";

interface ForecastOptions {
  readonly generate: number;
  readonly weeks: number;
  readonly learn: number;
  readonly seed: string;
  readonly json?: boolean;
}

/** Nothing could be forecast: too few weeks, or nothing but gaps. */
export class EvalForecastError extends Error {
  override readonly name = "EvalForecastError";
}

export function registerEvalForecast(evalCommand: Command): void {
  evalCommand
    .command("forecast")
    .argument(
      "[files...]",
      "recorded events as JSON lines (crowd samples of every minute); default: generated places",
    )
    .option("--generate <n>", "places to generate", wholeNumber(1, 1000), 8)
    .option("--weeks <n>", "weeks to generate", wholeNumber(2, 52), 7)
    .option("--learn <n>", "weeks before the first forecast", wholeNumber(1, 51), 5)
    .option("--seed <seed>", "of generated places", "1")
    .description("people 5, 15 and 30 minutes ahead, back-tested day by day / sai số dự báo số người")
    .option("--json", "print one JSON object")
    .action(evalForecast);
}

interface PlaceScore {
  readonly mae_15min: number;
  readonly naive_last: number;
  readonly naive_week: number;
  readonly coverage: number;
  readonly horizons: Readonly<Record<string, HorizonScore>>;
}

async function evalForecast(files: readonly string[], options: ForecastOptions): Promise<void> {
  const places =
    files.length === 0 ? generated(options) : (await Promise.all(files.map(readRecorded))).flat();
  const all: Tried[] = [];
  const scores: Record<string, PlaceScore> = {};
  for (const { name, series } of places) {
    const tried = backTest(series, options.learn * 7);
    for (const each of tried) all.push(each);
    if (tried.length > 0) scores[name] = placeScore(tried);
    process.stderr.write(`${name}: ${tried.length} forecasts\n`);
  }
  if (all.length === 0) {
    throw new EvalForecastError(
      `nothing to forecast: the samples must reach further than the ${options.learn} weeks of --learn`,
    );
  }
  const total = placeScore(all);
  if (options.json === true) console.log(JSON.stringify({ ...total, places: scores }));
  else process.stdout.write(table({ ...scores, all: total }));
}

function generated({ generate, weeks, seed }: ForecastOptions): RecordedZone[] {
  return Array.from({ length: generate }, (_, index) => {
    const { name, minutes } = generateWeeks(`${seed}/${index}`, weeks);
    return { name: `${index} ${name}`, series: minuteSeries(minutes) };
  });
}

function placeScore(tried: readonly Tried[]): PlaceScore {
  const horizons = scoreHorizons(tried);
  const { mae = NaN, naive_last = NaN, naive_week = NaN, coverage = NaN } = horizons.get(15) ?? {};
  return {
    mae_15min: mae,
    naive_last,
    naive_week,
    coverage,
    horizons: Object.fromEntries([...horizons].map(([aheadMin, score]) => [`${aheadMin}min`, score])),
  };
}

function table(scores: Readonly<Record<string, PlaceScore>>): string {
  const rows = Object.entries(scores).flatMap(([name, { horizons }]) =>
    Object.entries(horizons).map(([ahead, score]) => [
      `${name}, ${ahead}`,
      score.mae.toFixed(2),
      score.naive_last.toFixed(2),
      score.naive_week.toFixed(2),
      `${(100 * score.coverage).toFixed(1)} %`,
      score.width.toFixed(1),
    ]),
  );
  return tableText(["", "MAE", "last value", "last week", "within 80 %", "width"], rows);
}
