// `ngatu bench edge`: what one box's work costs, stage by stage.
import { type Command, Option } from "commander";
import { measureFrames } from "./frames.ts";

export function registerBenchEdge(bench: Command): void {
  bench
    .command("edge")
    .description("what a box's work costs: --stage frames, from ffmpeg into Node without inference")
    .addOption(new Option("--stage <stage>", "the stage measured").choices(["frames"]).default("frames"))
    .option("--json", "print one JSON object")
    .action(async ({ json }: { json?: true }) => {
      const result = await measureFrames();
      const rows = Object.entries(result).map(([name, value]) => `${name.padEnd(30)} ${value}\n`);
      process.stdout.write(json === true ? `${JSON.stringify(result)}\n` : rows.join(""));
    });
}
