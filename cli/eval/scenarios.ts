// `ngatu eval scenarios`: the rules against labelled scenes, made elsewhere or generated here.
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { createDensityError } from "./scenarios/density.ts";
import { generatedScenarios, type Generation } from "./scenarios/generated.ts";
import { explain, type Judgement, judgeScenario } from "./scenarios/judge.ts";
import { ScenarioFolderError } from "./scenarios/play.ts";
import { createTally, type RuleScore } from "./scenarios/tally.ts";
import { tableText } from "./table.ts";

interface ScenariosOptions extends Omit<Generation, "count"> {
  readonly generate?: number;
  readonly keep?: string;
  readonly explain?: boolean;
  readonly json?: boolean;
}

export function registerEvalScenarios(evalCommand: Command): void {
  evalCommand
    .command("scenarios")
    .argument(
      "[folders...]",
      "scenario folders (camera.yaml, detections.jsonl, labels.jsonl), or folders of them",
    )
    .description(
      "per rule: found, missed and false, with Wilson intervals; on folders or on generated scenes",
    )
    .option("--generate <n>", "generate this many scenes instead", wholeNumber)
    .addOption(
      new Option("--kind <kind>", "of generated scenes").choices(["traffic", "crowd"]).default("traffic"),
    )
    .addOption(
      new Option("--noise <level>", "of the generated detector: none, good, or fitted to real detections")
        .choices(["L0", "L1", "L2"])
        .default("L1"),
    )
    .option("--seed <seed>", "of generated scenes", "1")
    .option("--hours <h>", "crowd: hours of ordinary traffic to look for false alerts in", Number, 2)
    .option("--all-rules", "generate labels for every rule, those that this release lacks too")
    .option("--keep <dir>", "keep the generated folders here")
    .option("--explain", "say each miss and each false claim on standard error")
    .option("--json", "print one JSON object")
    .action(evalScenarios);
}

/** What the command prints with --json. */
interface Report {
  readonly scenarios: number;
  readonly media_hours: number;
  readonly per_rule: Readonly<Record<string, RuleScore>>;
  readonly density_error?: number;
  /** Rules that the scenes ask for and this release lacks: every label of theirs is a miss. */
  readonly not_in_force: readonly string[];
  /** Rules that generated scenes could have asked for, had the release had them. */
  readonly not_generated?: readonly string[];
  readonly false_per_camera_day?: number;
}

async function evalScenarios(folders: readonly string[], options: ScenariosOptions): Promise<void> {
  const { generate } = options;
  if ((generate === undefined) === (folders.length === 0)) {
    throw new ScenarioFolderError("eval scenarios takes scenario folders, or --generate N");
  }
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort(new ScenarioFolderError("interrupted"));
  process.once("SIGINT", stop);
  const report =
    generate === undefined
      ? await judgeAll(folders.flatMap(scenariosIn), options, interrupted.signal)
      : await judgeGenerated({ ...options, count: generate }, options, interrupted.signal);
  process.off("SIGINT", stop);
  if (options.json === true) console.log(JSON.stringify(report));
  else printTable(report);
}

/** Scenes are generated, judged and removed one after another: a thousand need no more room than one. */
async function judgeGenerated(
  generation: Generation,
  options: ScenariosOptions,
  signal: AbortSignal,
): Promise<Report> {
  const keep = options.keep === undefined ? undefined : resolve(options.keep);
  const scratch = keep ?? mkdtempSync(join(tmpdir(), "ngatu-scenarios-"));
  const { scenarios, notGenerated } = generatedScenarios(generation);
  try {
    function* written(): Generator<string> {
      for (const scenario of scenarios) {
        const folder = join(scratch, scenario.name);
        scenario.write(folder);
        yield folder;
        if (keep === undefined) rmSync(folder, { recursive: true });
      }
    }
    return { ...(await judgeAll(written(), options, signal)), not_generated: notGenerated };
  } finally {
    if (keep === undefined) rmSync(scratch, { recursive: true, force: true });
  }
}

async function judgeAll(
  folders: Iterable<string>,
  options: ScenariosOptions,
  signal: AbortSignal,
): Promise<Report> {
  const tally = createTally();
  const density = createDensityError();
  const notInForce = new Set<string>();
  let scenarios = 0;
  let mediaMs = 0;
  let ordinaryMs = 0;
  let ordinaryFalse = 0;
  for (const folder of folders) {
    const judgement: Judgement = await judgeScenario(folder, signal);
    tally.add(judgement.matching, judgement.lawfulPassages);
    density.add(judgement.samples.truth, judgement.samples.claimed);
    for (const rule of judgement.notInForce) notInForce.add(rule);
    if (
      judgement.samples.truth.length > 0 &&
      judgement.matching.hits.length + judgement.matching.missed.length === 0
    ) {
      ordinaryMs += judgement.mediaMs;
      ordinaryFalse += judgement.matching.falseClaims.length;
    }
    scenarios++;
    mediaMs += judgement.mediaMs;
    if (options.explain === true) {
      for (const line of explain(basename(folder), judgement)) process.stderr.write(`${line}\n`);
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${scenarios} scenes `);
  }
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  const relative = density.relative();
  const dayMs = 24 * 3600 * 1000;
  return {
    scenarios,
    media_hours: mediaMs / 3_600_000,
    per_rule: tally.scores(),
    not_in_force: [...notInForce],
    ...(relative === undefined ? {} : { density_error: relative }),
    ...(ordinaryMs === 0 ? {} : { false_per_camera_day: (ordinaryFalse * dayMs) / ordinaryMs }),
  };
}

/** One scenario folder, or the scenario folders in a folder, in order of name. */
function scenariosIn(folder: string): string[] {
  if (!existsSync(folder)) throw new ScenarioFolderError(`${folder}: there is no such folder`);
  if (existsSync(join(folder, "labels.jsonl"))) return [folder];
  const inside = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, "labels.jsonl")))
    .map((entry) => join(folder, entry.name))
    .sort();
  if (inside.length === 0) throw new ScenarioFolderError(`${folder}: no scenario in it (labels.jsonl)`);
  return inside;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("a whole number from 1");
  return value;
}

function printTable(report: Report): void {
  const range = ([from, to]: readonly [number, number], digits: number): string =>
    `${from.toFixed(digits)}–${to.toFixed(digits)}`;
  const rows = Object.entries(report.per_rule).map(([rule, score]) => [
    rule,
    String(score.tp),
    String(score.fp),
    String(score.fn),
    score.recall.toFixed(3),
    range(score.interval.recall, 3),
    String(score.lawful_passages),
    score.false_per_1000.toFixed(2),
    range(score.interval.false_per_1000, 2),
    score.delay_s_p95.toFixed(1),
  ]);
  const head = [
    "rule",
    "found",
    "false",
    "missed",
    "recall",
    "95 %",
    "lawful",
    "false/1000",
    "95 %",
    "delay p95 s",
  ];
  process.stdout.write(tableText(head, rows));
  if (report.density_error !== undefined)
    console.log(`density error ${(100 * report.density_error).toFixed(1)} %`);
  if (report.false_per_camera_day !== undefined) {
    console.log(`false alerts per camera-day of ordinary traffic ${report.false_per_camera_day.toFixed(2)}`);
  }
  if (report.not_in_force.length > 0) console.log(`not in this release: ${report.not_in_force.join(" ")}`);
  if ((report.not_generated ?? []).length > 0) {
    console.log(`not generated, since this release lacks them: ${(report.not_generated ?? []).join(" ")}`);
  }
}
