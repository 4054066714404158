// `ngatu eval detect`: average precision of the detectors at hand on labelled pictures, with and without tiles.
import { type Command } from "commander";
import { cacheFolder } from "../../config/cache-folder.ts";
import type { ModelEntry } from "../../models/catalogue.ts";
import { createModelStore } from "../../models/store.ts";
import { wholeNumber } from "../option.ts";
import { averagePrecision, type Judged, judge, recallAndPrecision } from "./detect/average-precision.ts";
import { DetectSetError, type PictureRun, readLabelledSet } from "./detect/labelled-set.ts";
import { runVariant, type VariantRun } from "./detect/run-variant.ts";
import { type Variant, variantsOf } from "./detect/variant.ts";
import { bootstrap, type Interval } from "./interval.ts";
import { tableText } from "./table.ts";

interface DetectOptions {
  readonly truth?: string;
  readonly every: number;
  readonly model?: readonly string[];
  readonly json?: boolean;
}

export function registerEvalDetect(evalCommand: Command): void {
  evalCommand
    .command("detect")
    .argument("<source>", "a video, or a folder of pictures (images/ beside labels/) with YOLO text labels")
    .option("--truth <folder>", "a video's MOTChallenge folder, or where the labels lie")
    .option("--every <n>", "only every n-th picture, from the first on", wholeNumber(1, 100_000), 1)
    .option("--model <names...>", "only these; default: every detector of cache and mirror")
    .description(
      "AP at IoU 0.5 of each detector, class by class, at the input sizes that it takes, with and without tiles / độ chính xác phát hiện",
    )
    .option("--json", "print one JSON object")
    .action(evalDetect);
}

interface Result {
  readonly model: string;
  readonly input: string;
  /** Tiles looked at in each picture besides the whole. */
  readonly tiles: number;
  readonly suppression: Variant["suppression"];
  readonly ap50: Readonly<Record<string, number>>;
  /** 95 %, by resampling pictures. */
  readonly ap50_interval: Readonly<Record<string, Interval>>;
  /** At the catalogue's threshold, over all classes. */
  readonly recall: number;
  readonly precision: number;
  readonly threshold: number;
  readonly ms_per_frame: number;
}

async function evalDetect(source: string, options: DetectOptions): Promise<void> {
  const runs = await readLabelledSet(source, options.truth, options.every);
  const store = createModelStore({ cache: cacheFolder(), acceptUndocumented: true });
  const results: Result[] = [];
  for (const entry of store.catalogue.models.filter(({ task }) => task === "detect")) {
    if (options.model !== undefined && !options.model.includes(entry.name)) continue;
    const model = await store.local(entry.name);
    if (model === undefined) {
      process.stderr.write(`${entry.name} is not on this machine: left out\n`);
      continue;
    }
    const [first] = runs;
    for (const variant of first === undefined ? [] : variantsOf(entry, first)) {
      const result = resultOf(entry, variant, await runVariant(model, variant, runs));
      results.push(result);
      process.stderr.write(`${nameOf(result)}: ${meanOf(result).toFixed(3)}\n`);
    }
  }
  print(results, runs, options);
}

function resultOf(entry: ModelEntry, variant: Variant, { pictures, msPerFrame }: VariantRun): Result {
  const classes = new Set(
    pictures.flatMap(({ truth }) => truth.filter((box) => !box.ignored).map((box) => box.class)),
  );
  const ap50: Record<string, number> = {};
  const intervals: Record<string, Interval> = {};
  const all: Judged[] = [];
  for (const name of [...classes].sort()) {
    const judged = pictures.map(({ detections, truth }) => judge(detections, truth, name));
    ap50[name] = averagePrecision(judged);
    intervals[name] = bootstrap(judged, averagePrecision);
    all.push(...judged);
  }
  const threshold = entry.threshold?.value ?? 0.3;
  const { width = entry.input.width, height = entry.input.height } = variant.size;
  const { grid, suppression } = variant;
  return {
    model: entry.name,
    input: `${width}×${height}`,
    tiles: grid === undefined ? 0 : grid.columns * grid.rows,
    suppression,
    ap50,
    ap50_interval: intervals,
    ...recallAndPrecision(all, threshold),
    threshold,
    ms_per_frame: msPerFrame,
  };
}

function meanOf({ ap50 }: Result): number {
  const values = Object.values(ap50);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function nameOf({ model, input, tiles, suppression }: Result): string {
  return [
    model,
    input,
    ...(tiles > 0 ? [`${tiles} tiles`] : []),
    ...(suppression === "soft" ? ["soft"] : []),
  ].join(", ");
}

function print(results: readonly Result[], runs: readonly PictureRun[], options: DetectOptions): void {
  const best = results.toSorted((a, b) => meanOf(b) - meanOf(a))[0];
  if (best === undefined) throw new DetectSetError("no detector is on this machine: ngatu models pull");
  const frames = runs.reduce((sum, run) => sum + run.truth.length, 0);
  if (options.json === true) {
    const { ap50, ap50_interval, recall, precision } = best;
    console.log(
      JSON.stringify({ ap50, ap50_interval, recall, precision, frames, best: nameOf(best), results }),
    );
    return;
  }
  const classes = Object.keys(best.ap50);
  const rows = results.map((result) => [
    nameOf(result),
    ...classes.map((name) => {
      const [low = NaN, high = NaN] = result.ap50_interval[name] ?? [];
      return `${(result.ap50[name] ?? NaN).toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
    }),
    result.recall.toFixed(3),
    result.precision.toFixed(3),
    result.ms_per_frame.toFixed(1),
  ]);
  const head = [
    `${frames} pictures`,
    ...classes.map((name) => `AP50 ${name}`),
    "recall",
    "precision",
    "ms/frame",
  ];
  process.stdout.write(tableText(head, rows));
}
