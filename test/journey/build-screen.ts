// Builds the screen for a test.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** As the product is built, and beside its folder: another test may be using that. */
export function buildScreen(folder: string): void {
  const vite = join(root, "node_modules/vite/bin/vite.js");
  execFileSync(
    process.execPath,
    [vite, "build", "server/screen", "--outDir", folder, "--emptyOutDir", "--logLevel", "error"],
    { cwd: root, env: { ...process.env, NODE_ENV: "production" }, stdio: "inherit" },
  );
}
