// `ngatu bench`: figures of this machine, each beside the limit measured in the same run.
import type { Command } from "commander";
import { registerBenchCamera } from "./bench/camera.ts";
import { registerBenchDelivery } from "./bench/delivery.ts";
import { registerBenchEdge } from "./bench/edge.ts";
import { registerBenchEvidence } from "./bench/evidence.ts";
import { registerBenchIngest } from "./bench/ingest.ts";
import { registerBenchRules } from "./bench/rules.ts";
import { registerBenchMatch } from "./bench/match.ts";

export function registerBench(program: Command): void {
  const bench = program
    .command("bench")
    .description("measure this machine: delivery, ingest, rules … / đo hiệu năng của máy này");
  registerBenchCamera(bench);
  registerBenchDelivery(bench);
  registerBenchEdge(bench);
  registerBenchEvidence(bench);
  registerBenchIngest(bench);
  registerBenchRules(bench);
  registerBenchMatch(bench);
}
