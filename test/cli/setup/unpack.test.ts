// Packages built here with dpkg-deb, unpacked and run from where they lie.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { debianFolders } from "../../../cli/setup/apt.ts";
import { findProgram } from "../../../cli/setup/search-path.ts";
import { noProgress } from "../../../cli/setup/progress.ts";
import { libraryFolders, unpackPackages, writeWrapper } from "../../../cli/setup/unpack.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ngatu-unpack-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hasDpkg = findProgram("dpkg-deb", process.env["PATH"]) !== undefined;

function buildPackage(name: string, version: string, files: Readonly<Record<string, string>>): string {
  const tree = join(folder, name);
  const control = `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: none <none@localhost>\nDescription: test\n`;
  for (const [path, text] of Object.entries({ "DEBIAN/control": control, ...files })) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
    chmodSync(join(tree, path), path.includes("bin/") ? 0o755 : 0o644);
  }
  const file = join(folder, `${name}_${version.replace(":", "%3a")}_all.deb`);
  execFileSync("dpkg-deb", ["--build", tree, file], { stdio: "ignore" });
  return file;
}

test.skipIf(!hasDpkg)(
  "a program of an unpacked package runs through its wrapper with the library path set",
  async () => {
    const folders = debianFolders(join(folder, "cache"));
    const file = buildPackage("greeter", "1:2.0", {
      "usr/bin/greeter": '#!/bin/sh\necho "hello $1 from $LD_LIBRARY_PATH"\n',
      "usr/lib/x86_64-linux-gnu/inner/libgreet-1.so": "",
    });
    const versions = await unpackPackages(
      folders,
      [{ file, bytes: statSync(file).size }],
      noProgress.step(""),
    );
    expect(versions).toEqual({ greeter: "1:2.0" });

    const wrapper = join(folder, "wrapper");
    writeWrapper(wrapper, folders.root, {
      program: join(folders.root, "usr/bin/greeter"),
      env: { EXTRA: "x" },
    });
    const said = execFileSync(wrapper, ["you"], { encoding: "utf8" });
    expect(said).toContain("hello you");
    expect(said).toContain(join(folders.root, "usr/lib/x86_64-linux-gnu/inner"));
    expect(readFileSync(wrapper, "utf8")).toContain('EXTRA="x"');
  },
);

test.skipIf(!hasDpkg)(
  "the C library is left out: beside another dynamic linker it would break every program",
  async () => {
    const folders = debianFolders(join(folder, "cache"));
    const file = buildPackage("libc6", "9.9", { "usr/lib/x86_64-linux-gnu/libc.so.6": "" });
    await unpackPackages(folders, [{ file, bytes: statSync(file).size }], noProgress.step(""));
    expect(existsSync(join(folders.root, "usr/lib/x86_64-linux-gnu/libc.so.6"))).toBe(false);
    expect(libraryFolders(folders.root)).toEqual([]);
  },
);
