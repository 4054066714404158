// A labelled set of plates on disk: crops with their text, or full pictures with boxes.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import type { Box } from "../../../edge/geometry/box.ts";
import { csvRows, LabelFileError } from "../csv.ts";

export interface LabelledPlate {
  /** Without separators; Đ written D. Absent: only its place is labelled. */
  readonly text?: string;
  readonly lines?: number;
  /** In pixels; absent: the picture is the plate. */
  readonly box?: Box;
  /** As shares of the picture, of YOLO labels. */
  readonly share?: Box;
}

export interface LabelledPicture {
  readonly path: string;
  readonly plates: readonly LabelledPlate[];
}

export interface PlateSet {
  readonly name: string;
  readonly pictures: readonly LabelledPicture[];
}

const PICTURE = /\.(jpe?g|png|webp)$/i;

/** `labels.csv` beside `images/`, YOLO labels in `labels/`, or pictures alone: then none of them has a plate. */
export function readPlateSet(folder: string): PlateSet {
  const name = basename(resolve(folder));
  if (existsSync(join(folder, "labels.csv"))) return { name, pictures: fromCsv(folder) };
  if (existsSync(join(folder, "labels"))) return { name, pictures: fromYolo(folder) };
  if (!existsSync(folder)) throw new LabelFileError(`${folder}: there is no such folder`);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    PICTURE.test(file),
  );
  if (files.length === 0) throw new LabelFileError(`${folder} holds neither labels nor pictures`);
  return { name, pictures: files.sort().map((file) => ({ path: join(folder, file), plates: [] })) };
}

function fromCsv(folder: string): LabelledPicture[] {
  const pictures = new Map<string, LabelledPlate[]>();
  for (const row of csvRows(join(folder, "labels.csv"), ["file", "text"])) {
    const { file = "", text = "", lines, x, y, w, h } = row;
    const [left, top, width, height] = [x, y, w, h].map(Number) as [number, number, number, number];
    const box = Number.isFinite(left + top + width + height)
      ? { box: { x1: left, y1: top, x2: left + width, y2: top + height } }
      : {};
    const plate = {
      text: text.toUpperCase().replaceAll("Đ", "D"),
      ...(lines === undefined ? {} : { lines: Number(lines) }),
      ...box,
    };
    pictures.set(file, [...(pictures.get(file) ?? []), plate]);
  }
  return [...pictures].map(([file, plates]) => ({ path: join(folder, "images", file), plates }));
}

function fromYolo(folder: string): LabelledPicture[] {
  return readdirSync(join(folder, "images"))
    .filter((file) => PICTURE.test(file))
    .sort()
    .map((file) => {
      const labels = join(folder, "labels", `${basename(file, extname(file))}.txt`);
      const lines = existsSync(labels) ? readFileSync(labels, "utf8").split(/\r?\n/).filter(Boolean) : [];
      const plates = lines.map((line, index) => {
        const [, x, y, w, h] = line.trim().split(/\s+/).map(Number);
        if (
          x === undefined ||
          y === undefined ||
          w === undefined ||
          h === undefined ||
          Number.isNaN(x + y + w + h)
        )
          throw new LabelFileError(`${labels}:${index + 1}: ${line}; expected: class x y width height`);
        return { share: { x1: x - w / 2, y1: y - h / 2, x2: x + w / 2, y2: y + h / 2 } };
      });
      return { path: join(folder, "images", file), plates };
    });
}
