// `ngatu models bench`: milliseconds for one picture, model by model, on one thread.
import { benchModel, type BenchResult } from "../../models/bench.ts";
import { tableText } from "../eval/table.ts";
import { namedOrLocal, openStore, printJson } from "./store.ts";

interface Options {
  readonly json?: true;
  readonly runs: number;
}

export async function benchModels(names: readonly string[], { json, runs }: Options): Promise<void> {
  const results: BenchResult[] = [];
  for (const model of await namedOrLocal(openStore(), names)) results.push(await benchModel(model, runs));
  if (json === true) {
    printJson({
      models: results.map(({ medianMs, p95Ms, ...rest }) => ({
        ...rest,
        median_ms: medianMs,
        p95_ms: p95Ms,
      })),
    });
    return;
  }
  const rows = results.map((r) => [
    r.name,
    `${r.width}×${r.height}`,
    r.medianMs.toFixed(1),
    r.p95Ms.toFixed(1),
  ]);
  process.stdout.write(tableText(["model", "input", "median ms", "p95 ms"], rows));
}
