// `ngatu eval scenarios`: the rules against labelled scenes, made elsewhere or generated here.
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { createDensityError } from "./scenarios/density.ts";
import { createGenerator, type Generation } from "./scenarios/generated.ts";
import { judgeInWorkers } from "./scenarios/in-workers.ts";
import { explain, type Judged, judgeScenario } from "./scenarios/judge.ts";
import { ScenarioFolderError } from "./scenarios/play.ts";
import { createTally, type RuleScore } from "./scenarios/tally.ts";
import { createVolumeTally, type VolumeScores } from "./scenarios/volumes.ts";
import { tableText } from "./table.ts";

interface ScenariosOptions extends Omit<Generation, "count" | "allRules"> {
  readonly generate?: number;
  readonly allRules?: boolean;
  readonly jobs: number;
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
    .option("--jobs <n>", "worker threads that make and judge scenes", wholeNumber, availableParallelism())
    .option("--keep <dir>", "keep the generated folders here")
    .option("--explain", "say each miss and each false claim on standard error")
    .option("--json", "print one JSON object")
    .action(evalScenarios);
}

const DAY_MS = 24 * 3600 * 1000;

/** What the command prints with --json. */
interface Report {
  readonly scenarios: number;
  readonly media_hours: number;
  readonly per_rule: Readonly<Record<string, RuleScore>>;
  readonly density_error?: number;
  /** Counts, flow and queues against what truly passed and stood, where scenarios say it (volumes.json). */
  readonly volumes?: VolumeScores;
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
  try {
    const report =
      generate === undefined
        ? await sum(judgeFolders(folders.flatMap(scenariosIn), interrupted.signal), options)
        : await judgeGenerated(generationOf(options, generate), options, interrupted.signal);
    if (options.json === true) console.log(JSON.stringify(report));
    else printTable(report);
  } finally {
    process.off("SIGINT", stop);
  }
}

function generationOf(options: ScenariosOptions, count: number): Generation {
  const { kind, noise, seed, hours } = options;
  return { count, kind, noise, seed, hours, allRules: options.allRules === true };
}

async function* judgeFolders(folders: readonly string[], signal: AbortSignal): AsyncGenerator<Judged> {
  for (const folder of folders) {
    yield { name: basename(folder), judgement: await judgeScenario(folder, signal) };
  }
}

/** Scenes are made, judged and removed one after another: a thousand need no more room than a few. */
async function judgeGenerated(
  generation: Generation,
  options: ScenariosOptions,
  signal: AbortSignal,
): Promise<Report> {
  const keep = options.keep === undefined ? undefined : resolve(options.keep);
  const parent = keep ?? mkdtempSync(join(tmpdir(), "ngatu-scenarios-"));
  const { count, notGenerated } = createGenerator(generation);
  try {
    const data = { generation, parent, keep: keep !== undefined };
    const report = await sum(judgeInWorkers(data, count, options.jobs, signal), options);
    return { ...report, not_generated: notGenerated };
  } finally {
    if (keep === undefined) rmSync(parent, { recursive: true, force: true });
  }
}

async function sum(judged: AsyncIterable<Judged>, options: ScenariosOptions): Promise<Report> {
  const tally = createTally();
  const density = createDensityError();
  const volumes = createVolumeTally();
  const notInForce = new Set<string>();
  let scenarios = 0;
  let mediaMs = 0;
  let ordinaryMs = 0;
  let ordinaryFalse = 0;
  for await (const { name, judgement } of judged) {
    const { matching, samples } = judgement;
    tally.add(matching, judgement.lawfulPassages);
    density.add(samples.truth, samples.claimed);
    if (judgement.volumes !== undefined) volumes.add(judgement.volumes.truth, judgement.volumes.claimed);
    for (const rule of judgement.notInForce) notInForce.add(rule);
    // Crowds without any label are ordinary people: whatever is raised there is false.
    if (samples.truth.length > 0 && matching.hits.length + matching.missed.length === 0) {
      ordinaryMs += judgement.mediaMs;
      ordinaryFalse += matching.falseClaims.length;
    }
    scenarios++;
    mediaMs += judgement.mediaMs;
    if (options.explain === true) {
      for (const line of explain(name, judgement)) process.stderr.write(`${line}\n`);
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${scenarios} scenes `);
  }
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  const relative = density.relative();
  const volumeScores = volumes.scores();
  return {
    scenarios,
    media_hours: mediaMs / 3_600_000,
    per_rule: tally.scores(),
    not_in_force: [...notInForce],
    ...(relative === undefined ? {} : { density_error: relative }),
    ...(volumeScores === undefined ? {} : { volumes: volumeScores }),
    ...(ordinaryMs === 0 ? {} : { false_per_camera_day: (ordinaryFalse * DAY_MS) / ordinaryMs }),
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
  if (report.volumes !== undefined) printVolumes(report.volumes);
  if (report.false_per_camera_day !== undefined) {
    console.log(`false alerts per camera-day of ordinary traffic ${report.false_per_camera_day.toFixed(2)}`);
  }
  if (report.not_in_force.length > 0) console.log(`not in this release: ${report.not_in_force.join(" ")}`);
  if ((report.not_generated ?? []).length > 0) {
    console.log(`not generated, since this release lacks them: ${(report.not_generated ?? []).join(" ")}`);
  }
}

function printVolumes({ line_count: line, flow, queue }: VolumeScores): void {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  console.log(
    `line-count: ${line.counted} of ${line.true} counted, ${line.missed} missed, ${line.over} too many, error ${percent(line.error)}`,
  );
  console.log(
    `flow: ${flow.counted} of ${flow.true} vehicles, error ${percent(flow.error)}, mean speed off by ${flow.speed_kmh_error.toFixed(1)} km/h`,
  );
  console.log(
    `queue: longest ${queue.vehicles_true.toFixed(1)} vehicles on average, error ${percent(queue.vehicles_error)}; ${queue.metres_true.toFixed(1)} m, error ${percent(queue.metres_error)}`,
  );
}
