// What a run leaves in the home folder of whoever started it: nothing, above all no identifier for somebody's telemetry.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cacheFolder } from "../../config/cache-folder.ts";
import { sharedFolder } from "../shared.ts";

const main = join(import.meta.dirname, "../../dist/cli/main.js");

test.skipIf(sharedFolder() === undefined)("an analysis leaves nothing in the home folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "ngatu-home-"));
  try {
    const home = join(folder, "home");
    mkdirSync(home);
    const clip = join(folder, "clip.mp4");
    const source = ["-f", "lavfi", "-i", "testsrc2=s=320x240:d=1:r=5"];
    execFileSync("ffmpeg", ["-v", "error", ...source, "-pix_fmt", "yuv420p", clip]);
    execFileSync(process.execPath, [main, "replay", clip], {
      env: { ...process.env, HOME: home, NGATU_CACHE: cacheFolder(), NGATU_MIRROR: sharedFolder() },
      stdio: "ignore",
    });
    expect(readdirSync(home)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
