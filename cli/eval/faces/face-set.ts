// A labelled set of faces on disk: pairs.csv, watchlist.csv or both, beside images/.
import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { csvRows } from "../csv.ts";

export interface LabelledPair {
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
  /** Part of a cross-validation that the pair belongs to; absent where the file has none. */
  readonly fold?: string;
}

export interface WatchListRow {
  readonly role: "enrol" | "probe_mated" | "probe_nonmated";
  readonly identity: string;
  readonly file: string;
}

export interface FaceSet {
  readonly name: string;
  readonly folder: string;
  readonly pairs: readonly LabelledPair[];
  readonly watchList: readonly WatchListRow[];
  /** Every picture that the labels name, once. */
  readonly files: readonly string[];
}

/** A folder that is no set of labelled faces, or a row with a value that is not allowed. */
export class FaceSetError extends Error {
  override readonly name = "FaceSetError";
}

/** The set in `folder`, or the sets in its subfolders. */
export function readFaceSets(folder: string): FaceSet[] {
  if (isSet(folder)) return [readSet(folder)];
  const inside = existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];
  const sets = inside.map(({ name }) => join(folder, name)).filter(isSet);
  if (sets.length === 0) throw new FaceSetError(`${folder} holds neither pairs.csv nor watchlist.csv`);
  return sets.map(readSet);
}

function isSet(folder: string): boolean {
  return existsSync(join(folder, "pairs.csv")) || existsSync(join(folder, "watchlist.csv"));
}

function readSet(folder: string): FaceSet {
  const pairs = csvRows(join(folder, "pairs.csv"), ["a", "b", "same"]).map(
    ({ a = "", b = "", same, fold }) => ({
      a,
      b,
      same: same === "1",
      ...(fold === undefined ? {} : { fold }),
    }),
  );
  const file = join(folder, "watchlist.csv");
  const watchList = csvRows(file, ["role", "identity", "file"]).map((row, index) => {
    const { role = "", identity = "" } = row;
    if (role !== "enrol" && role !== "probe_mated" && role !== "probe_nonmated") {
      throw new FaceSetError(`${file}:${index + 2}: role ${role}; allowed: enrol probe_mated probe_nonmated`);
    }
    return { role, identity, file: row["file"] ?? "" } as const;
  });
  const files = new Set([...pairs.flatMap(({ a, b }) => [a, b]), ...watchList.map((row) => row.file)]);
  return { name: basename(resolve(folder)), folder, pairs, watchList, files: [...files] };
}
