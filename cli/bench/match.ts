// `ngatu bench match`: exact search of a large watch list, beside a plain scan of it on one core in the same run.
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { measureMatch } from "./match/measure.ts";

export function registerBenchMatch(bench: Command): void {
  bench
    .command("match")
    .description("milliseconds to find the ten nearest of many people, exactly; a plain native scan beside")
    .option("--identities <n>", "how many people the gallery holds", atLeast5000, 100_000)
    .option("--json", "print one JSON object")
    .action(async ({ identities, json }: { identities: number; json?: boolean }) => {
      const figures = await measureMatch(identities, (what) => process.stderr.write(`${what}\n`));
      process.stdout.write(
        json === true
          ? `${JSON.stringify(figures)}\n`
          : Object.entries(figures)
              .map(
                ([name, value]) =>
                  `${name.padEnd(26)} ${typeof value === "number" ? rounded(value) : value}\n`,
              )
              .join(""),
      );
    });
}

function atLeast5000(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 5000 || value % 20 !== 0) {
    throw new InvalidArgumentError("a multiple of 20, at least 5000");
  }
  return value;
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
