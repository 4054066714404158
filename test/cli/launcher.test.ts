// The launcher in a checkout of its own, with stand-ins for npm's work: what it installs, when, and what it prints where.
import { execFile } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const launcher = join(import.meta.dirname, "../../ngatu");

let folder: string;
let checkout: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ngatu-launcher-"));
  checkout = join(folder, "checkout");
  mkdirSync(join(checkout, "cli"), { recursive: true });
  mkdirSync(join(folder, "bin"));
  copyFileSync(launcher, join(checkout, "ngatu"));
  chmodSync(join(checkout, "ngatu"), 0o755);
  for (const name of ["package-lock.json", "tsconfig.json", "tsconfig.build.json"])
    write(join("checkout", name), "{}");
  write("checkout/cli/main.ts", "1");
  // Appends what it was asked for to a log, and leaves behind what npm would.
  program(
    "npm",
    `echo "$1 $2" >>"${folder}/npm.log"
     echo "npm says something"
     if [ "$1" = ci ]; then sleep 0.3; rm -rf node_modules; mkdir node_modules; fi
     if [ "$1" = run ]; then mkdir -p dist/cli; echo 'console.log(JSON.stringify({args: process.argv.slice(2), cwd: process.cwd()}))' >dist/cli/main.js; fi`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function program(name: string, script: string): void {
  write(`bin/${name}`, `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "bin", name), 0o755);
}

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(file: string, args: readonly string[] = [], cwd = folder): Promise<Ended> {
  const env = { ...process.env, PATH: [join(folder, "bin"), process.env["PATH"]].join(delimiter) };
  return new Promise((resolve) => {
    execFile(file, [...args], { cwd, env }, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

function npmCalls(): string[] {
  return readFileSync(join(folder, "npm.log"), "utf8").trim().split("\n");
}

describe("launcher", () => {
  test("installs and builds the first time, and only then", async () => {
    const first = await run(join(checkout, "ngatu"), ["doctor"]);
    expect(first.status).toBe(0);
    expect(npmCalls()).toEqual(["ci --include=dev", "run --silent"]);
    await run(join(checkout, "ngatu"));
    expect(npmCalls()).toHaveLength(2);
  });

  test("installs again after the lock file changed, and builds again after a source did", async () => {
    await run(join(checkout, "ngatu"));
    write("checkout/cli/main.ts", "2");
    await run(join(checkout, "ngatu"));
    expect(npmCalls().slice(2)).toEqual(["run --silent"]);
    write("checkout/package-lock.json", '{"changed": true}');
    await run(join(checkout, "ngatu"));
    expect(npmCalls().slice(3)).toEqual(["ci --include=dev", "run --silent"]);
  });

  test("leaves standard output to the command, and keeps the folder it was called from", async () => {
    const link = join(folder, "linked");
    symlinkSync(join(checkout, "ngatu"), link);
    const { stdout, stderr } = await run(link, ["replay", "a b", "--json"], tmpdir());
    expect(JSON.parse(stdout)).toEqual({ args: ["replay", "a b", "--json"], cwd: tmpdir() });
    expect(stderr).toContain("npm says something");
  });

  test("two first runs at once install once", async () => {
    const both = await Promise.all([run(join(checkout, "ngatu")), run(join(checkout, "ngatu"))]);
    expect(both.map(({ status }) => status)).toEqual([0, 0]);
    expect(npmCalls()).toHaveLength(2);
  });

  test("a failed installation is said, and tried again the next time", async () => {
    program("npm", 'echo "no registry"; exit 1');
    const { status, stderr } = await run(join(checkout, "ngatu"));
    expect(status).toBe(1);
    expect(stderr).toContain("no registry");
    expect(stderr).toContain("npm ci failed");
  });

  test("refuses a Node.js that is too old, by its version", async () => {
    program("node", "echo v20.18.3");
    const { status, stderr } = await run(join(checkout, "ngatu"));
    expect(status).toBe(1);
    expect(stderr).toContain("20.19 or later is needed");
    expect(stderr).toContain("v20.18.3");
  });
});
