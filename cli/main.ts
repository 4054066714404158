// The `ngatu` command: puts the commands together, and turns what they throw into one clear line and an exit status.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { cacheFolder } from "../config/cache-folder.ts";
import { ConfigError, EXIT_CONFIG } from "../config/fault.ts";
import { checkoutRoot } from "./checkout.ts";
import { registerAudit } from "./audit.ts";
import { registerBench } from "./bench.ts";
import { registerCamera } from "./camera.ts";
import { registerDemo } from "./demo.ts";
import { registerDoctor } from "./doctor.ts";
import { registerEdge } from "./edge.ts";
import { registerEval } from "./eval.ts";
import { registerEvidence } from "./evidence.ts";
import { registerModels } from "./models.ts";
import { registerPeople } from "./people.ts";
import { registerReplay } from "./replay.ts";
import { registerServer } from "./server.ts";
import { registerSetup } from "./setup-command.ts";
import { registerTest } from "./test-run.ts";
import { registerWatchlist } from "./watchlist.ts";
import { searchPath } from "./setup/search-path.ts";

const { version } = JSON.parse(readFileSync(join(checkoutRoot(), "package.json"), "utf8")) as {
  version: string;
};

process.env["PATH"] = searchPath(cacheFolder(), process.env["PATH"]);
// ONNX Runtime 1.30 would keep a device id in the home folder and report to its maker.
process.env["ORT_DISABLE_TELEMETRY"] = "1";

const program = new Command("ngatu")
  .description(
    "Ngã Tư: real-time vision for traffic, crowds and watch lists, from camera to operations centre\n" +
      "Ngã Tư: thị giác máy tính thời gian thực cho giao thông, đám đông và danh sách theo dõi, từ camera đến trung tâm điều hành",
  )
  .version(version)
  .showHelpAfterError("(ngatu --help shows the commands)")
  .exitOverride();

registerDemo(program);
registerEdge(program, version);
registerServer(program);
registerPeople(program);
registerAudit(program);
registerReplay(program);
registerCamera(program);
registerModels(program);
registerWatchlist(program);
registerEval(program);
registerEvidence(program);
registerBench(program);
registerDoctor(program);
registerSetup(program);
registerTest(program);

// Whoever reads us may have had enough (`| head`): what is under way ends as if it had been read.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  if (process.argv.length <= 2) program.outputHelp();
  else await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = report(error);
}

/** Says what went wrong in a person's words; a stack is for programmer errors only. Gives the exit status. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode; // commander has already said it
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    return EXIT_CONFIG;
  }
  if (error instanceof Error && isOperating(error)) {
    process.stderr.write(`ngatu: ${inWords(error)}\n`);
    return 1;
  }
  process.stderr.write(`ngatu: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}

/** A named error of ours, or the system's (a port in use, a file that is not there); all others are our own mistakes. */
function isOperating(error: Error): boolean {
  if ("syscall" in error && "code" in error) return true;
  return !["Error", "TypeError", "RangeError", "ReferenceError", "SyntaxError", "AssertionError"].includes(
    error.name,
  );
}

function inWords(error: Error & { code?: unknown; address?: unknown; port?: unknown }): string {
  if (error.code !== "EADDRINUSE") return error.message;
  return `port ${String(error.port)} on ${String(error.address)} is in use by another program`;
}
