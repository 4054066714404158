// One setup at a time, and none blocked by a process that is gone.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withLock } from "../../../cli/setup/lock.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ngatu-lock-"));
  file = join(folder, "lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("two holders never overlap, and the lock is gone afterwards", async () => {
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    await sleep(50);
    inside -= 1;
  };
  await Promise.all([1, 2, 3].map(() => withLock(file, { timeoutMs: 10_000 }, work)));
  expect(most).toBe(1);
  expect(existsSync(file)).toBe(false);
});

test("the lock of a process that died is taken over", async () => {
  const { pid } = spawnSync("true");
  writeFileSync(file, String(pid));
  expect(await withLock(file, { timeoutMs: 1_000 }, () => Promise.resolve("done"))).toBe("done");
});

test("a living holder is named when it takes too long", async () => {
  writeFileSync(file, String(process.pid));
  await expect(withLock(file, { timeoutMs: 10 }, () => Promise.resolve())).rejects.toThrow(
    String(process.pid),
  );
});

test("work that throws releases the lock", async () => {
  await expect(withLock(file, { timeoutMs: 10 }, () => Promise.reject(new RangeError("no")))).rejects.toThrow(
    "no",
  );
  expect(existsSync(file)).toBe(false);
});
