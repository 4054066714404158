// `ngatu setup`: fetches the programs and sample clips ahead of the first use, so that later runs need no network.
import type { Command } from "commander";
import { cacheFolder } from "../config/cache-folder.ts";
import { ensurePrograms } from "./setup/programs.ts";
import { showProgress } from "./setup/progress.ts";

export function registerSetup(program: Command): void {
  program
    .command("setup")
    .description("fetch ffmpeg and mosquitto where the system lacks them / tải chương trình còn thiếu")
    .action(async () => {
      await ensurePrograms(["ffmpeg", "mosquitto"], { cache: cacheFolder(), progress: showProgress() });
    });
}
