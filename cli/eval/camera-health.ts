// `ngatu eval camera-health`: how surely faults of the picture are told apart, on degradations made from healthy clips.
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Command } from "commander";
import { probeCamera } from "../../edge/camera/probe.ts";
import { HEALTH_KINDS } from "../../edge/health/kind.ts";
import { withVariants } from "./camera-health/clip-pictures.ts";
import { type HealthScores, scoresOf, watch, type Watched } from "./camera-health/score.ts";
import { tableText } from "./table.ts";

interface CameraHealthOptions {
  readonly json?: boolean;
}

/** No clips to judge on. */
export class EvalCameraHealthError extends Error {
  override readonly name = "EvalCameraHealthError";
}

const VIDEO = /\.(mp4|mkv|avi|mov|webm|ts|m4v)$/i;

export function registerEvalCameraHealth(evalCommand: Command): void {
  evalCommand
    .command("camera-health")
    .argument("[clips...]", "video files or folders of them; default: media/ in the folders of NGATU_MIRROR")
    .description("recall of covered, blurred, dark, glaring, frozen and moved cameras, and false events")
    .option("--json", "print one JSON object")
    .action(evalCameraHealth);
}

async function evalCameraHealth(given: readonly string[], options: CameraHealthOptions): Promise<void> {
  const files = (given.length > 0 ? given : mirrorFolders()).flatMap(videosUnder);
  if (files.length === 0) throw new EvalCameraHealthError("no clips: name some, or set NGATU_MIRROR");
  const watched: Watched[] = [];
  for (const file of files) {
    const { durationS = 0 } = await probeCamera({ source: file, seconds: 1 });
    await withVariants(file, durationS, async (variant, pictures) => {
      watched.push(await watch(basename(file), variant, pictures));
    });
    if (process.stderr.isTTY) process.stderr.write(`${basename(file)}\n`);
  }
  const scores = scoresOf(watched);
  if (options.json === true) console.log(JSON.stringify({ ...scores, faults: faultsOf(watched) }));
  else print(scores, watched);
}

function mirrorFolders(): string[] {
  return (process.env["NGATU_MIRROR"] ?? "")
    .split(":")
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, "media"));
}

/** A video file itself, or every one in a folder and below. */
function videosUnder(path: string): string[] {
  if (VIDEO.test(path)) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => VIDEO.test(name))
    .sort()
    .map((name) => join(path, name));
}

/** Each variant that was not judged as it should be. */
function faultsOf(watched: readonly Watched[]): { clip: string; variant: string; opened: string[] }[] {
  return watched
    .map(({ clip, variant, opened }) => ({ clip, variant, opened: opened.map(({ kind }) => kind) }))
    .filter(({ variant, opened }) => opened.join() !== (variant === "untouched" ? "" : variant));
}

function print(scores: HealthScores, watched: readonly Watched[]): void {
  const rows = HEALTH_KINDS.map((kind) => {
    const { recall, n, wrong } = scores.kinds[kind];
    return [kind, recall.toFixed(3), String(n), String(wrong)];
  });
  process.stdout.write(tableText(["", "recall", "clips", "also another"], rows));
  process.stdout.write(`false events ${scores.false_events} on ${scores.clips} clips\n`);
  for (const { clip, variant, opened } of faultsOf(watched))
    process.stdout.write(`  ${clip} ${variant}: ${opened.length === 0 ? "nothing" : opened.join(", ")}\n`);
}
