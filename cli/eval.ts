// `ngatu eval`: accuracy against labels; one file per kind beneath.
import type { Command } from "commander";
import { registerEvalCameraHealth } from "./eval/camera-health.ts";
import { registerEvalDetect } from "./eval/detect.ts";
import { registerEvalCrowd } from "./eval/crowd.ts";
import { registerEvalFaces } from "./eval/faces.ts";
import { registerEvalForecast } from "./eval/forecast.ts";
import { registerEvalPrivacy } from "./eval/privacy.ts";
import { registerEvalLamps } from "./eval/lamps.ts";
import { registerEvalPlates } from "./eval/plates.ts";
import { registerEvalRedlight } from "./eval/redlight.ts";
import { registerEvalScenarios } from "./eval/scenarios.ts";
import { registerEvalTracker } from "./eval/tracker.ts";

export function registerEval(program: Command): void {
  const evalCommand = program
    .command("eval")
    .description("accuracy against labels, as a table or --json / độ chính xác so với nhãn");
  registerEvalCameraHealth(evalCommand);
  registerEvalDetect(evalCommand);
  registerEvalCrowd(evalCommand);
  registerEvalFaces(evalCommand);
  registerEvalForecast(evalCommand);
  registerEvalPrivacy(evalCommand);
  registerEvalLamps(evalCommand);
  registerEvalPlates(evalCommand);
  registerEvalRedlight(evalCommand);
  registerEvalScenarios(evalCommand);
  registerEvalTracker(evalCommand);
}
