// How the tests run: worker threads of the product come from dist/, so the build comes first.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    globalSetup: ["test/global-setup.ts"],
    env: { ORT_DISABLE_TELEMETRY: "1" },
  },
});
