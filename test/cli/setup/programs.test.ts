// Programs as the setup finds them: the system's first, nothing fetched that is there.
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensurePrograms } from "../../../cli/setup/programs.ts";
import { noProgress } from "../../../cli/setup/progress.ts";
import { ProgramError, runProgram } from "../../../cli/setup/run-program.ts";
import { findProgram, searchPath } from "../../../cli/setup/search-path.ts";

let cache: string;
const path = process.env["PATH"];
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "ngatu-programs-"));
});
afterEach(() => {
  process.env["PATH"] = path;
  rmSync(cache, { recursive: true, force: true });
});

test("private programs come before the system's, and system services' folders are searched too", () => {
  expect(searchPath("/c", "/usr/bin:/bin").split(":")).toEqual([
    "/c/bin",
    "/usr/bin",
    "/bin",
    "/usr/sbin",
    "/sbin",
  ]);
});

test("a file that may not be executed is no program", () => {
  writeFileSync(join(cache, "tool"), "");
  expect(findProgram("tool", cache)).toBeUndefined();
  chmodSync(join(cache, "tool"), 0o755);
  expect(findProgram("tool", cache)).toBe(join(cache, "tool"));
});

test("nothing is fetched when every command is there", async () => {
  for (const command of ["ffmpeg", "ffprobe"]) {
    writeFileSync(join(cache, command), "#!/bin/sh\n");
    chmodSync(join(cache, command), 0o755);
  }
  process.env["PATH"] = cache;
  await ensurePrograms(["ffmpeg"], { cache: join(cache, "none"), progress: noProgress });
  expect(existsSync(join(cache, "none"))).toBe(false);
});

test("without apt-get the missing packages are named", async () => {
  process.env["PATH"] = cache;
  await expect(ensurePrograms(["chromium"], { cache, progress: noProgress })).rejects.toThrow(
    /apt-get is not on this machine\n.*chromium/,
  );
});

test("a program that fails is reported with its last words, one that hangs with its time", async () => {
  const failing = runProgram("sh", ["-c", "echo first; echo it broke >&2; exit 3"], { timeoutMs: 10_000 });
  await expect(failing).rejects.toThrow(/sh ended with 3\n(.*\n)*.*it broke/);
  await expect(runProgram("sleep", ["20"], { timeoutMs: 50 })).rejects.toThrow("did not end within 0.05 s");
  await expect(runProgram("no-such-program", [], { timeoutMs: 1_000 })).rejects.toBeInstanceOf(ProgramError);
});
