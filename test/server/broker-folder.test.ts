// What a killed broker's owner left behind goes; what a running one uses stays.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createBrokerFolder } from "../../server/broker-folder.ts";

test("a folder whose process is gone is removed at the next start, one in use and one of nobody stay", () => {
  const left = mkdtempSync(join(tmpdir(), "ngatu-broker-"));
  // This pid is in use, by a process that started at another time.
  writeFileSync(join(left, "in-use-by"), `${process.pid} 1`);
  const unknown = mkdtempSync(join(tmpdir(), "ngatu-broker-"));
  const first = createBrokerFolder();
  const second = createBrokerFolder();
  expect([left, unknown, first, second].map((folder) => existsSync(folder))).toEqual([
    false,
    true,
    true,
    true,
  ]);
  for (const folder of [unknown, first, second]) rmSync(folder, { recursive: true });
});
