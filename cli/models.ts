// `ngatu models`: which models there are, which are in force and why; fetch, verify, import and measure them.
import { type Command, Option } from "commander";
import { REFERENCES } from "../models/import/tfjs-reference.ts";
import { benchModels } from "./models/bench.ts";
import { importOne } from "./models/import.ts";
import { listModels } from "./models/list.ts";
import { pullModels } from "./models/pull.ts";
import { showModel } from "./models/show.ts";
import { verifyModels } from "./models/verify.ts";
import { wholeNumber } from "./option.ts";

export function registerModels(program: Command): void {
  const models = program
    .command("models")
    .description("the models: which are there, which are in force and why / các mô hình nhận dạng");

  const command = (name: string, description: string): Command =>
    models.command(name).description(description).option("--json", "one JSON value on standard output");
  const accepting = (target: Command): Command =>
    target.option("--accept-undocumented", "also models that nobody says who trained on what");

  accepting(
    command("list", "every model: task, licence, whether it is here, and which one each task runs with"),
  )
    .addHelpText(
      "after",
      "\nAsks no network: a model is `here` when the cache or a folder of NGATU_MIRROR has it.",
    )
    .action(listModels);

  command("show <name>", "everything the catalogue knows of one model").action(showModel);

  accepting(
    command(
      "pull [names...]",
      "fetch models; without names, the best one for each task the product runs today",
    ),
  )
    .option("--all", "for every task of the catalogue")
    .addHelpText(
      "after",
      "\nLooks in the folders of NGATU_MIRROR first, then in each source of the catalogue, and checks SHA-256.\n" +
        "Without names, a model that can't be reached is passed over for the next best; the output says so.",
    )
    .action(pullModels);

  command(
    "verify [names...]",
    "check files by SHA-256 and run each model once; without names, those that are here",
  )
    .addHelpText("after", "\nExit status 1 when any file or model is at fault, or a named model is absent.")
    .action(verifyModels);

  command("import <name>", "import a model of another format and prove it equal to the original")
    .addOption(
      new Option("--reference <which>", "what runs the original; tfjs-node must be installed by hand")
        .choices([...REFERENCES])
        .default("wasm"),
    )
    .option(
      "--picture <files...>",
      "videos or pictures to compare on; otherwise sample media of mirror and cache",
    )
    .option("--count <pictures>", "most pictures to compare on", wholeNumber(1, 1000), 8)
    .action(importOne);

  command(
    "bench [names...]",
    "each model alone on one thread and in pools of threads; without names, the models that are here",
  )
    .option("--runs <count>", "measured runs of each", wholeNumber(1, 10_000), 30)
    .option("--workers <most>", "pools of one to so many threads; default: cores", wholeNumber(1, 64))
    .option("--seconds <s>", "how long each pool runs", wholeNumber(1, 600), 2)
    .action(benchModels);
}
