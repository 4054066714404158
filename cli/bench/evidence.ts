// `ngatu bench evidence`: whether every alteration of evidence is noticed, and how long a check takes.
import type { Command } from "commander";
import { wholeNumber } from "../option.ts";
import { measureEvidence } from "./evidence/measure.ts";
import { printFigures } from "./print-figures.ts";

export function registerBenchEvidence(bench: Command): void {
  bench
    .command("evidence")
    .description(
      "alters evidence packages in every way and counts what the check notices / thử sửa đổi gói chứng cứ bằng mọi cách",
    )
    .option("--mutations <n>", "how many alterations", wholeNumber(1, 1_000_000), 2_000)
    .option("--untouched <n>", "how many unaltered chains are checked beside", wholeNumber(1, 100_000), 500)
    .option("--seed <n>", "another seed alters other places", wholeNumber(0, 2 ** 31), 1)
    .option("--json", "print one JSON object")
    .action(async (options: { mutations: number; untouched: number; seed: number; json?: true }) => {
      const stopping = new AbortController();
      const stop = (): void => stopping.abort();
      process.once("SIGINT", stop).once("SIGTERM", stop);
      printFigures(await measureEvidence(options, stopping.signal), options.json === true);
    });
}
