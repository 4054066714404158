// Keeps the background of a camera's scene over restarts, so that a camera turned while the box was off is noticed.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Reference } from "./reference.ts";

/** Changes with the meaning of what is kept: another version is not read but learned anew. */
const VERSION = 1;
const ROWS = ["cellDetail", "cellLight", "edgeX", "edgeY"] as const;

interface Kept extends Record<(typeof ROWS)[number], string> {
  readonly version: number;
  readonly sceneHash: string;
  readonly samples: number;
  readonly light: number;
  readonly white: number;
  readonly sharpness: number;
}

/** Where the background of `camera` lies under the box's data folder: edges without people or vehicles. */
export function referenceFile(dataFolder: string, camera: string): string {
  return join(dataFolder, "background", `${camera}.json`);
}

/** Writes beside the file and renames. Throws the file system's error. */
export function keepReference(file: string, sceneHash: string, reference: Reference): void {
  const { samples, light, white, sharpness } = reference;
  const rows = Object.fromEntries(
    ROWS.map((row) => [
      row,
      Buffer.from(Int16Array.from(reference[row], Math.round).buffer).toString("base64"),
    ]),
  ) as Record<(typeof ROWS)[number], string>;
  const kept: Kept = { version: VERSION, sceneHash, samples, light, white, sharpness, ...rows };
  mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(kept), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The background kept for this very scene; undefined where there is none, or none that can be read. */
export function keptReference(file: string, sceneHash: string): Reference | undefined {
  let kept: Partial<Kept>;
  try {
    kept = JSON.parse(readFileSync(file, "utf8")) as Partial<Kept>;
  } catch {
    return undefined; // never kept, or cut short by a full disk: it is learned anew in seconds
  }
  if (kept.version !== VERSION || kept.sceneHash !== sceneHash) return undefined;
  const reference = new Reference();
  const { samples = 0, light = 0, white = 0, sharpness = 0 } = kept;
  Object.assign(reference, { samples, light, white, sharpness });
  for (const row of ROWS) {
    const bytes = Buffer.from(kept[row] ?? "", "base64");
    if (bytes.length !== reference[row].length * 2) return undefined;
    for (let at = 0; at < reference[row].length; at++) reference[row][at] = bytes.readInt16LE(at * 2);
  }
  return reference;
}
