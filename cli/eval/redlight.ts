// `ngatu eval redlight`: signal violations in real clips, from pixels to cases, against labels made by eye.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { cacheFolder } from "../../config/cache-folder.ts";
import { createModelStore } from "../../models/store.ts";
import type { ReadyModel } from "../../models/ready-model.ts";
import { LabelFileError } from "./csv.ts";
import { lampAt, matchAlarms } from "./redlight/match.ts";
import { playClip } from "./redlight/play.ts";
import { readTruth, type TruthClip } from "./redlight/truth.ts";
import { tableText } from "./table.ts";

const CAMERAS = fileURLToPath(new URL("../../config/examples/redlight", import.meta.url));

export function registerEvalRedlight(evalCommand: Command): void {
  evalCommand
    .command("redlight")
    .argument("<folder>", "clips and truth.json: lamp states and violations labelled by eye")
    .option("--cameras <dir>", "camera files <clip>.camera.yaml", CAMERAS)
    .description("red-light cases in real clips / vụ vượt đèn đỏ trong đoạn ghi hình thật")
    .option("--json", "print one JSON object")
    .action(evalRedlight);
}

async function evalRedlight(folder: string, options: { cameras: string; json?: boolean }): Promise<void> {
  const truth = readTruth(folder);
  const { model, why } = await createModelStore({ cache: cacheFolder() }).choose("detect");
  process.stderr.write(`detector: ${why}\n`);
  const clips: Record<string, ClipFigures> = {};
  for (const clip of truth) {
    const name = basename(clip.file).replace(/\.[^.]+$/, "");
    clips[name] = await judge(folder, options.cameras, name, clip, model);
  }
  const value = { ...total(Object.values(clips)), clips, model: { name: model.name, sha256: model.sha256 } };
  process.stdout.write(options.json === true ? `${JSON.stringify(value)}\n` : table(clips));
}

async function judge(folder: string, cameras: string, name: string, truth: TruthClip, model: ReadyModel) {
  const camera = join(cameras, `${name}.camera.yaml`);
  if (!existsSync(camera)) throw new LabelFileError(`${camera}: there is no such camera file`);
  const { alarms, states } = await playClip(join(folder, truth.file), camera, model);
  const { found, missed, optional, decoys, falseAlarms } = matchAlarms(truth, alarms);
  const decided = states.flatMap((state, frame) => {
    const labelled = lampAt(truth, frame);
    return state === undefined || labelled === undefined ? [] : [{ state, labelled }];
  });
  return {
    found: found.length,
    missed: missed.length,
    false_cases: falseAlarms.length,
    optional_found: optional.length,
    on_decoys: decoys.length,
    state_accuracy: decided.filter(({ state, labelled }) => state === labelled).length / decided.length,
    red_as_green: decided.filter(({ state, labelled }) => state === "green" && labelled === "red").length,
    frames: states.length,
    frames_decided: decided.length,
    detail: { found, missed, optional, decoys, false_cases: falseAlarms },
  };
}

type ClipFigures = Awaited<ReturnType<typeof judge>>;

function total(clips: readonly ClipFigures[]) {
  const sum = (of: (clip: ClipFigures) => number): number => clips.reduce((all, clip) => all + of(clip), 0);
  return {
    found: sum((clip) => clip.found),
    missed: sum((clip) => clip.missed),
    false_cases: sum((clip) => clip.false_cases),
    optional_found: sum((clip) => clip.optional_found),
    on_decoys: sum((clip) => clip.on_decoys),
    state_accuracy:
      sum((clip) => clip.state_accuracy * clip.frames_decided) / sum((clip) => clip.frames_decided),
    red_as_green: sum((clip) => clip.red_as_green),
  };
}

function table(clips: Readonly<Record<string, ClipFigures>>): string {
  const head = [
    "",
    "found",
    "missed",
    "false",
    "may be reported",
    "on decoys",
    "state accuracy",
    "red as green",
  ];
  const rows = Object.entries(clips).map(([name, each]) => [
    name,
    ...[each.found, each.missed, each.false_cases, each.optional_found, each.on_decoys].map(String),
    `${each.state_accuracy.toFixed(4)} of ${each.frames_decided}`,
    String(each.red_as_green),
  ]);
  return tableText(head, rows);
}
