// `ngatu bench rules`: what tracking and all rules of a full scene cost a frame.
import { type Command, Option } from "commander";
import { wholeNumber } from "../option.ts";
import { printFigures } from "./print-figures.ts";
import { measureRules } from "./rules/measure.ts";
import type { LoadKind } from "./rules/road-user-load.ts";

/** As many as the limits of a full junction and of a full square are stated for. */
const USUAL_TRACKS: Readonly<Record<LoadKind, number>> = { traffic: 100, crowd: 300 };

interface RulesOptions {
  readonly kind: LoadKind;
  readonly tracks?: number;
  readonly frames: number;
  readonly json?: true;
}

export function registerBenchRules(bench: Command): void {
  bench
    .command("rules")
    .description("time and memory that tracking and all rules take for a frame")
    .addOption(new Option("--kind <kind>", "who moves").choices(["traffic", "crowd"]).default("traffic"))
    .option("--tracks <n>", "road users in the picture; 100, in a crowd 300", wholeNumber(1, 1_000))
    .option("--frames <n>", "frames measured", wholeNumber(10, 100_000), 1_000)
    .option("--json", "print one JSON object")
    .action(async ({ kind, tracks = USUAL_TRACKS[kind], frames, json }: RulesOptions) => {
      printFigures(await measureRules({ kind, tracks }, frames), json === true);
    });
}
