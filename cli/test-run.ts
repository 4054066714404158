// `ngatu test`: has what the tests need, runs all of them once, and ends with one line of figures.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { cacheFolder } from "../config/cache-folder.ts";
import { checkoutRoot } from "./checkout.ts";
import { ensureClip } from "./setup/media.ts";
import { ensurePrograms } from "./setup/programs.ts";
import { showProgress } from "./setup/progress.ts";

/** What vitest's JSON reporter writes, as far as it is read here. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numFailedTestSuites: number;
  readonly success: boolean;
}

export function registerTest(program: Command): void {
  program
    .command("test")
    .description("run every test; the last line is `N passed, N failed, N skipped` / chạy mọi kiểm thử")
    .argument("[filter...]", "only test files whose path contains one of these")
    .action(async (filter: string[]) => {
      const cache = cacheFolder();
      const progress = showProgress();
      await ensurePrograms(["ffmpeg", "mosquitto", "chromium", "gst-rtsp-python"], { cache, progress });
      for (const clip of ["pedestrians", "face-one", "face-two"]) await ensureClip(clip, { cache, progress });
      process.exitCode = await runTests(filter);
    });
}

async function runTests(filter: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "ngatu-test-"));
  const file = join(folder, "report.json");
  try {
    const vitest = join(checkoutRoot(), "node_modules/vitest/vitest.mjs");
    const args = [
      vitest,
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${file}`,
      ...filter,
    ];
    const child = spawn(process.execPath, args, {
      cwd: checkoutRoot(),
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, NGATU_TEST_PREBUILT: "1" },
    });
    const status = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve(code ?? 1));
    });
    const report = JSON.parse(readFileSync(file, "utf8")) as Report;
    // A test file that could not even be loaded has no tests to count, but it is a failure.
    const failed =
      report.numFailedTests +
      (report.numFailedTests === 0 && status !== 0 ? Math.max(1, report.numFailedTestSuites) : 0);
    const skipped = report.numPendingTests + report.numTodoTests;
    process.stdout.write(`${report.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`);
    return failed > 0 || status !== 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
