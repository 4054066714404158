// A labelled set for counting: pictures with the number of people in each, or a video with one per frame.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";

export interface CountedPicture {
  readonly file: string;
  readonly persons: number;
}

export type CountedSet =
  | { readonly name: string; readonly pictures: readonly CountedPicture[] }
  /** `persons[k]` belongs to frame k of the file, from 0. */
  | { readonly name: string; readonly video: string; readonly persons: readonly number[] };

/** A folder without labels, or labels with a fault: file, line, what is wrong. */
export class CountedSetError extends Error {
  override readonly name = "CountedSetError";
}

const COLUMNS = ["heads", "persons"];

/** The set at `path`: a folder with counts.csv, every such folder in it, or a video whose counts `truth` holds. */
export function readCountedSets(path: string, truth: string | undefined): CountedSet[] {
  if (!existsSync(path)) throw new CountedSetError(`${path}: there is no such file or folder`);
  if (!statSync(path).isDirectory()) {
    if (truth === undefined) throw new CountedSetError(`${path}: a video needs --truth counts.csv`);
    const rows = readRows(truth, "frame");
    const persons = rows.map(({ key, persons: count }, index) => {
      if (Number(key) !== index + 1)
        throw new CountedSetError(`${truth}:${index + 2}: frame ${key}; expected ${index + 1}`);
      return count;
    });
    return [{ name: basename(path, extname(path)), video: path, persons }];
  }
  const folders = existsSync(join(path, "counts.csv"))
    ? [path]
    : readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => join(path, name))
        .filter((folder) => existsSync(join(folder, "counts.csv")))
        .sort();
  if (folders.length === 0)
    throw new CountedSetError(`${path}: no counts.csv in it, nor in a folder inside it`);
  return folders.map((folder) => ({
    name: basename(resolve(folder)),
    pictures: readRows(join(folder, "counts.csv"), "file").map(({ key, persons }) => ({
      file: pictureAt(folder, key),
      persons,
    })),
  }));
}

function pictureAt(folder: string, name: string): string {
  const found = [join(folder, name), join(folder, "images", name)].find((file) => existsSync(file));
  if (found === undefined)
    throw new CountedSetError(`${join(folder, name)}: counts.csv names it, it is not there`);
  return found;
}

/** The key column and the first of heads and persons; further columns inform. No cell holds a comma. */
function readRows(file: string, key: "file" | "frame"): { key: string; persons: number }[] {
  if (!existsSync(file)) throw new CountedSetError(`${file}: there is no such file`);
  const [header = "", ...lines] = readFileSync(file, "utf8").trimEnd().split(/\r?\n/);
  const names = header.split(",").map((name) => name.trim());
  const keyAt = names.indexOf(key);
  const countAt = names.findIndex((name) => COLUMNS.includes(name));
  if (keyAt === -1 || countAt === -1)
    throw new CountedSetError(`${file}:1: columns ${header}; expected ${key}, and heads or persons`);
  return lines.map((line, index) => {
    const cells = line.split(",");
    const persons = Number(cells[countAt]?.trim() || Number.NaN);
    if (!Number.isInteger(persons) || persons < 0)
      throw new CountedSetError(
        `${file}:${index + 2}: ${cells[countAt] ?? "nothing"}; expected a number of people`,
      );
    return { key: cells[keyAt]?.trim() ?? "", persons };
  });
}
