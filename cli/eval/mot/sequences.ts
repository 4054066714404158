// MOTChallenge folders: which sequences a set holds, and how a sequence's frames become times.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { type MotRow, readRows } from "./rows.ts";

export interface MotSequence {
  readonly name: string;
  readonly frameRate: number;
  readonly length: number;
  readonly detections: readonly MotRow[];
  readonly truth: readonly MotRow[];
}

/** A folder that is no MOTChallenge sequence or set. */
export class MotFolderError extends Error {
  override readonly name = "MotFolderError";
}

/** Reads a set: a folder of sequences, or one sequence. Sequences come in order of name. */
export function readSet(folder: string): { readonly name: string; readonly sequences: MotSequence[] } {
  if (!existsSync(folder)) throw new MotFolderError(`${folder}: there is no such folder`);
  const folders = isSequence(folder)
    ? [folder]
    : readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(folder, entry.name))
        .filter(isSequence)
        .sort();
  if (folders.length === 0) {
    throw new MotFolderError(`${folder}: no MOTChallenge sequence in it (det.txt, gt.txt, seqinfo.ini)`);
  }
  return { name: basename(resolve(folder)), sequences: folders.map(readSequence) };
}

function isSequence(folder: string): boolean {
  return fileOf(folder, "det") !== undefined && fileOf(folder, "gt") !== undefined;
}

/** `det/det.txt` or `det.txt`; likewise for `gt`. */
function fileOf(folder: string, kind: "det" | "gt"): string | undefined {
  return [join(folder, kind, `${kind}.txt`), join(folder, `${kind}.txt`)].find((file) => existsSync(file));
}

function readSequence(folder: string): MotSequence {
  const [det, gt] = [fileOf(folder, "det"), fileOf(folder, "gt")];
  if (det === undefined || gt === undefined)
    throw new MotFolderError(`${folder}: det.txt or gt.txt is missing`);
  const detections = readRows(det);
  const truth = readRows(gt);
  const info = sequenceInfo(join(folder, "seqinfo.ini"));
  const last = [...detections, ...truth].reduce((most, row) => Math.max(most, row.frame), 0);
  return {
    name: basename(resolve(folder)),
    frameRate: info.get("frameRate") ?? 25,
    length: info.get("seqLength") ?? last,
    detections,
    truth,
  };
}

function sequenceInfo(file: string): Map<string, number> {
  const info = new Map<string, number>();
  if (!existsSync(file)) return info;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const [key, value] = line.split("=");
    const number = Number(value);
    if (key !== undefined && value !== undefined && Number.isFinite(number)) info.set(key.trim(), number);
  }
  return info;
}
