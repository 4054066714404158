// `ngatu eval tracker`: the product's tracker, or any finished track file, against MOTChallenge ground truth.
import type { Command } from "commander";
import { follow } from "./mot/follow.ts";
import { readRows } from "./mot/rows.ts";
import { countSequence, type MotCounts, type MotScores, scoresOf } from "./mot/score.ts";
import { readSet } from "./mot/sequences.ts";
import { tableText } from "./table.ts";

interface TrackerOptions {
  readonly result?: string;
  readonly truth?: string;
  readonly json?: boolean;
}

/** Neither sets nor a result to score, or both. */
export class EvalTrackerError extends Error {
  override readonly name = "EvalTrackerError";
}

export function registerEvalTracker(evalCommand: Command): void {
  evalCommand
    .command("tracker")
    .argument("[sets...]", "folders of MOTChallenge sequences (det.txt, gt.txt, seqinfo.ini)")
    .description("MOTA, HOTA, IDF1 and switches of the tracker, one setting for all sequences, no look-ahead")
    .option("--result <file>", "score this finished track file instead")
    .option("--truth <file>", "its ground truth")
    .option("--json", "print one JSON object")
    .action(evalTracker);
}

/** Scores of a set over all its sequences together, and of each. */
interface SetScores extends MotScores {
  readonly sequences: Readonly<Record<string, MotScores>>;
}

function evalTracker(folders: readonly string[], options: TrackerOptions): void {
  const { result, truth } = options;
  if (result !== undefined && truth !== undefined && folders.length === 0) {
    const scores = scoresOf([countSequence(readRows(truth), readRows(result))]);
    print(options, { [result]: scores }, scores);
    return;
  }
  if (folders.length === 0 || result !== undefined || truth !== undefined) {
    throw new EvalTrackerError("eval tracker takes folders of sequences, or --result with --truth");
  }
  const all: MotCounts[] = [];
  const rows: Record<string, MotScores> = {};
  const sets: Record<string, SetScores> = {};
  for (const folder of folders) {
    const { name, sequences } = readSet(folder);
    const counts = sequences.map((sequence) => countSequence(sequence.truth, follow(sequence)));
    const scores = sequences.map((sequence, index) => [
      sequence.name,
      scoresOf(counts.slice(index, index + 1)),
    ]);
    const each = Object.fromEntries(scores) as Record<string, MotScores>;
    for (const [sequence, values] of Object.entries(each)) rows[`${name}/${sequence}`] = values;
    sets[name] = { ...scoresOf(counts), sequences: each };
    rows[name] = sets[name];
    all.push(...counts);
  }
  const [only] = Object.values(sets);
  const combined = scoresOf(all);
  const one = folders.length === 1 && only !== undefined ? only : {};
  print(options, rows, { ...one, sets, combined });
}

function print(options: TrackerOptions, rows: Record<string, MotScores>, json: object): void {
  if (options.json === true) {
    console.log(JSON.stringify(json));
    return;
  }
  const cells = Object.entries(rows).map(([name, scores]) => [
    name,
    scores.mota.toFixed(2),
    scores.hota.toFixed(2),
    scores.idf1.toFixed(2),
    String(scores.idsw),
    String(scores.fp),
    String(scores.fn),
  ]);
  process.stdout.write(tableText(["", "MOTA", "HOTA", "IDF1", "switches", "false", "missed"], cells));
}
