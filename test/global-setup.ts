// Builds dist/ once before the tests: worker threads and child processes run the built product.
import { execFileSync } from "node:child_process";

export default function setup(): void {
  if (process.env["NGATU_TEST_PREBUILT"] === "1") return;
  execFileSync("npm", ["run", "--silent", "build:node"], { stdio: "inherit" });
}
