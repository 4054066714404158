// A labelled set of pictures: a video with a MOTChallenge folder, or a folder of pictures with YOLO labels.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import sharp from "sharp";
import { parse } from "yaml";
import { probeCamera } from "../../../edge/camera/probe.ts";
import { COCO_CLASSES } from "../../../models/coco.ts";
import { readRows } from "../mot/rows.ts";

/** A marked object, in pixels of its picture. */
export interface TruthBox {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly class: string;
  /** Not to be scored: neither found nor missed, and nothing that lies on it is a false alarm. */
  readonly ignored: boolean;
}

/** Pictures that one run of ffmpeg gives: those of a video, or a single one. */
export interface PictureRun {
  readonly file: string;
  /** Every so manieth frame, from the first on. */
  readonly every: number;
  readonly width: number;
  readonly height: number;
  /** Of each picture, in order. */
  readonly truth: readonly (readonly TruthBox[])[];
}

/** A set that can't be read: file, line, what is wrong. */
export class DetectSetError extends Error {
  override readonly name = "DetectSetError";
}

const PICTURE = /\.(jpe?g|png|webp|bmp|tiff?)$/i;

/** `truth` is a MOTChallenge folder for a video, and by default the folder itself for pictures. */
export async function readLabelledSet(
  source: string,
  truth: string | undefined,
  every: number,
): Promise<PictureRun[]> {
  if (!existsSync(source)) throw new DetectSetError(`${source}: there is no such file or folder`);
  if (statSync(source).isDirectory()) return await readFolder(source, truth ?? source, every);
  if (truth === undefined) throw new DetectSetError("a video needs --truth: a MOTChallenge folder");
  const { width, height } = await probeCamera({ source, seconds: 1 });
  return [{ file: source, every, width, height, truth: motTruth(truth, every) }];
}

/**
 * Line k of the truth is frame k of the file. As MOTChallenge scores: a box whose confidence is 0 is ignored, and since
 * MOT16 so is every class but 1 (pedestrian): riders, people who stand still, reflections, static things.
 */
function motTruth(folder: string, every: number): TruthBox[][] {
  const file = [join(folder, "gt", "gt.txt"), join(folder, "gt.txt"), folder].find(
    (path) => existsSync(path) && statSync(path).isFile(),
  );
  if (file === undefined) throw new DetectSetError(`${folder}: no gt/gt.txt and no gt.txt in it`);
  const rows = readRows(file);
  const last = rows.reduce((most, row) => Math.max(most, row.frame), 0);
  const pictures: TruthBox[][] = Array.from({ length: Math.ceil(last / every) }, () => []);
  for (const { frame, x, y, width, height, confidence, class: label } of rows) {
    if (frame < 1 || (frame - 1) % every !== 0) continue;
    const ignored = confidence === 0 || (label !== undefined && label !== 1);
    pictures[(frame - 1) / every]?.push({
      x1: x,
      y1: y,
      x2: x + width,
      y2: y + height,
      class: "person",
      ignored,
    });
  }
  return pictures;
}

async function readFolder(folder: string, truth: string, every: number): Promise<PictureRun[]> {
  const images = existsSync(join(folder, "images")) ? join(folder, "images") : folder;
  const labels = existsSync(join(truth, "labels")) ? join(truth, "labels") : truth;
  const classes = classNames([truth, labels, folder]);
  const files = readdirSync(images)
    .filter((name) => PICTURE.test(name))
    .sort();
  const runs: PictureRun[] = [];
  for (const [index, name] of files.entries()) {
    const label = join(labels, `${basename(name, extname(name))}.txt`);
    if (index % every !== 0 || !existsSync(label)) continue;
    const file = join(images, name);
    const { width, height } = await sharp(file).metadata();
    runs.push({ file, every: 1, width, height, truth: [yoloTruth(label, width, height, classes)] });
  }
  if (runs.length === 0) throw new DetectSetError(`${folder}: no picture that has a label file in ${labels}`);
  return runs;
}

/** From `classes.txt` (a name a line) or `data.yaml` (`names`); without either, the 80 classes of COCO. */
function classNames(folders: readonly string[]): readonly string[] {
  for (const folder of folders) {
    const list = join(folder, "classes.txt");
    if (existsSync(list)) return readFileSync(list, "utf8").trim().split(/\r?\n/);
    const description = join(folder, "data.yaml");
    if (!existsSync(description)) continue;
    const { names } = parse(readFileSync(description, "utf8")) as { names?: Record<string, string> };
    if (names !== undefined) return Object.values(names);
  }
  return COCO_CLASSES;
}

/** Lines of class, centre x, centre y, width, height; the latter four as shares of the picture. */
function yoloTruth(file: string, width: number, height: number, classes: readonly string[]): TruthBox[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .map((line, index) => ({ text: line.trim(), line: index + 1 }))
    .filter(({ text }) => text !== "")
    .map(({ text, line }) => {
      const [index = NaN, x = NaN, y = NaN, w = NaN, h = NaN] = text.split(/\s+/).map(Number);
      const name = classes[index];
      if (name === undefined || ![x, y, w, h].every((share) => share >= 0 && share <= 1)) {
        throw new DetectSetError(
          `${file}:${line}: a class of 0…${classes.length - 1} and four shares of 0…1, seen "${text}"`,
        );
      }
      return {
        x1: (x - w / 2) * width,
        y1: (y - h / 2) * height,
        x2: (x + w / 2) * width,
        y2: (y + h / 2) * height,
        class: name,
        ignored: false,
      };
    });
}
