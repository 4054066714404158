// `ngatu bench edge`: what one camera of a box costs, whole or stage by stage, beside what cannot be saved.
import { type Command, Option } from "commander";
import { pino } from "pino";
import { cacheFolder } from "../../config/cache-folder.ts";
import { SourceError } from "../../models/source.ts";
import { createModelStore } from "../../models/store.ts";
import { wholeNumber } from "../option.ts";
import { ensureClip } from "../setup/media.ts";
import { noProgress } from "../setup/progress.ts";
import { measureGated } from "./edge/gated.ts";
import { measureEdge } from "./edge/whole.ts";
import { measureFrames } from "./frames.ts";
import { printFigures } from "./print-figures.ts";

const MODEL = "yolox-nano";

interface EdgeOptions {
  readonly stage?: "frames";
  readonly gated?: true;
  readonly runs: number;
  readonly json?: true;
}

export function registerBenchEdge(bench: Command): void {
  bench
    .command("edge")
    .description(
      "a camera's processor time, from its stream to its events, beside decoding and inference alone",
    )
    .addOption(
      new Option("--stage <stage>", "one stage alone: from ffmpeg into Node, nothing inferred").choices([
        "frames",
      ]),
    )
    .option(
      "--gated",
      "what is saved where nothing happens for most of the time, and whether anything is missed",
    )
    .option("--runs <n>", "turns of decoding, inference and the whole", wholeNumber(1, 100), 7)
    .option("--json", "print one JSON object")
    .action(async ({ stage, gated, runs, json }: EdgeOptions) => {
      printFigures(await measure(stage, gated === true, runs), json === true);
    });
}

async function measure(stage: "frames" | undefined, gated: boolean, runs: number): Promise<object> {
  if (stage === "frames") return await measureFrames();
  const cache = cacheFolder();
  const model = await createModelStore({ cache }).ensure(MODEL);
  const log = pino({ level: process.env["NGATU_LOG"] ?? "fatal" }, pino.destination(2));
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  if (!gated) return await measureEdge({ model, sample: await sampleClip(cache), runs, log, progress });
  const sample = await ensureClip("visitors", { cache, progress: noProgress });
  return await measureGated({ model, sample, log });
}

/** Traffic where it can be had, else people, else none. */
async function sampleClip(cache: string): Promise<string | undefined> {
  for (const name of ["junction", "pedestrians"]) {
    try {
      return await ensureClip(name, { cache, progress: noProgress });
    } catch (cause) {
      if (!(cause instanceof SourceError)) throw cause; // not to be had here: the next one
    }
  }
  return undefined;
}
