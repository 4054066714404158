// `ngatu eval plates`: how well plates are read and, with --detect, found, on labelled pictures.
import type { Command } from "commander";
import { cacheFolder } from "../../config/cache-folder.ts";
import type { Box } from "../../edge/geometry/box.ts";
import { openPlateFinder, type PlateFinder, tilesOf } from "../../edge/plate/finder.ts";
import { choosePlateModels } from "../../edge/plate/plate-models.ts";
import { openPlateReader, type PlateReader } from "../../edge/plate/reader.ts";
import { votePlate } from "../../edge/plate/vote.ts";
import { readPicture } from "../../edge/watchlist/picture.ts";
import type { ReadyModel } from "../../models/ready-model.ts";
import { createModelStore, type ModelStore } from "../../models/store.ts";
import { LabelFileError } from "./csv.ts";
import { findingScore, type LookedAt } from "./plates/finding-score.ts";
import { type PlateSet, readPlateSet } from "./plates/plate-set.ts";
import { type ReadPlate, readingScore } from "./plates/reading-score.ts";
import { openVehicleFinder, type VehicleFinder } from "./plates/vehicles.ts";
import { tableText } from "./table.ts";

/** Pictures are looked at in this size, longer side: a plate needs every pixel of a 1080p frame. */
const WORK_SIDE = 1920;
/** Finds from here on count for the average precision. */
const LEAST_SCORE = 0.1;

export function registerEvalPlates(evalCommand: Command): void {
  evalCommand
    .command("plates")
    .argument(
      "<sets...>",
      "folders with labels.csv (file,text[,lines][,x,y,w,h]) or YOLO labels; pictures alone have no plate",
    )
    .option("--detect", "find plates inside vehicles and in tiles instead of reading labelled ones")
    .option("--json", "print one JSON object")
    .description("reading and finding of plates / đọc và tìm biển số")
    .action(evalPlates);
}

async function evalPlates(
  folders: readonly string[],
  options: { detect?: boolean; json?: boolean },
): Promise<void> {
  const sets = folders.map(readPlateSet);
  const store = createModelStore({ cache: cacheFolder() });
  const { detector, readers } = await choosePlateModels(store, (why) => process.stderr.write(`${why}\n`));
  const { own, whole, line } = readers;
  const reader = await openPlateReader(readers);
  const models = [own, whole, line].flatMap((model) => model?.name ?? []);
  try {
    const results: Record<string, unknown> = {};
    for (const set of sets) {
      results[set.name] =
        options.detect === true
          ? await find(set, detector, store, reader)
          : readingScore(await readSet(set, reader));
    }
    const [only] = Object.values(results);
    const value = sets.length === 1 ? { ...(only as object), models } : { sets: results, models };
    process.stdout.write(options.json === true ? `${JSON.stringify(value)}\n` : table(results));
  } finally {
    await reader.close();
  }
}

async function readSet(set: PlateSet, reader: PlateReader): Promise<ReadPlate[]> {
  const plates: ReadPlate[] = [];
  for (const { path, plates: labels } of set.pictures) {
    const picture = await readPicture(path, WORK_SIDE);
    for (const label of labels) {
      if (label.text === undefined) continue;
      const box = label.box ?? { x1: 0, y1: 0, x2: picture.width, y2: picture.height };
      const vote = votePlate(await reader.read(picture, box, label.box === undefined));
      plates.push({ file: path.split("/").at(-1) ?? path, label, vote });
    }
  }
  if (plates.length === 0) throw new LabelFileError(`${set.name} holds no plate with its text`);
  return plates;
}

async function find(set: PlateSet, model: ReadyModel, store: ModelStore, reader: PlateReader) {
  const vehicles = await openVehicleFinder((await store.choose("detect")).model);
  const finder = await openPlateFinder(model, reader, LEAST_SCORE);
  try {
    const pictures: LookedAt[] = [];
    for (const { path, plates } of set.pictures) pictures.push(await lookAt(path, plates, vehicles, finder));
    return findingScore(pictures, model.entry.threshold?.value ?? 0);
  } finally {
    await vehicles.close();
    await finder.close();
  }
}

async function lookAt(
  path: string,
  plates: PlateSet["pictures"][number]["plates"],
  vehicles: VehicleFinder,
  finder: PlateFinder,
): Promise<LookedAt> {
  const picture = await readPicture(path, WORK_SIDE);
  const { width, height } = picture;
  const labels = plates.flatMap(({ box, share }): Box[] => {
    if (box !== undefined) return [box];
    if (share === undefined) return [];
    return [{ x1: share.x1 * width, x2: share.x2 * width, y1: share.y1 * height, y2: share.y2 * height }];
  });
  const regions = [...(await vehicles.find(picture)), ...tilesOf(picture)];
  return { width, height, labels, found: await finder.find(picture, regions) };
}

function table(results: Readonly<Record<string, unknown>>): string {
  const rows = Object.entries(results).map(([name, figures]) => {
    const shown = Object.entries(figures as object).filter(([, value]) => typeof value === "number");
    return [name, ...shown.map(([key, value]) => `${key} ${Number(value).toFixed(4)}`)];
  });
  return tableText(["", ...(rows[0]?.slice(1).map(() => "") ?? [])], rows);
}
