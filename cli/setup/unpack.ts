// Unpacks Debian packages without installing them, and writes wrappers that run their programs from there.
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { DebianFolders, PackageFile } from "./apt.ts";
import type { Step } from "./progress.ts";
import { runProgram } from "./run-program.ts";

const UNPACK_TIMEOUT_MS = 300_000;

/** Unpacks into the root of `folders`, over what is there. Names of the unpacked files' packages with their versions come back. */
export async function unpackPackages(
  folders: DebianFolders,
  files: readonly PackageFile[],
  step: Step,
  signal?: AbortSignal,
): Promise<Record<string, string>> {
  mkdirSync(folders.root, { recursive: true });
  const versions: Record<string, string> = {};
  for (const [index, { file }] of files.entries()) {
    const [name = "", version = ""] = basename(file, ".deb").split("_").map(decodeURIComponent);
    // A newer C library beside the machine's own dynamic linker crashes every program that loads it.
    if (name !== "libc6" && name !== "libc-bin") {
      await runProgram("dpkg", ["-x", file, folders.root], {
        timeoutMs: UNPACK_TIMEOUT_MS,
        ...(signal && { signal }),
      });
      versions[name] = version;
    }
    step.update(index + 1, files.length);
  }
  return versions;
}

/** Folders of the unpacked tree that hold shared libraries; BLAS, LAPACK and PulseAudio lie in folders of their own. */
export function libraryFolders(root: string): string[] {
  const folders: string[] = [];
  for (const base of [join(root, "usr/lib"), join(root, "lib")]) {
    for (const triplet of names(base).filter((name) => name.includes("-linux-"))) {
      const folder = join(base, triplet);
      folders.push(folder);
      for (const name of names(folder)) {
        const inside = join(folder, name);
        if (names(inside).some((file) => /^lib.+\.so(\.|$)/.test(file))) folders.push(inside);
      }
    }
  }
  return folders;
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // a file, or absent
  }
}

/** What a wrapper runs and with which variables, beside the library path. */
export interface Wrapper {
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Writes an executable `file` that runs `wrapper` from the unpacked tree. */
export function writeWrapper(file: string, root: string, wrapper: Wrapper): void {
  const variables = {
    LD_LIBRARY_PATH: `${libraryFolders(root).join(":")}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}`,
    ...wrapper.env,
  };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}="${value}"`);
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, `#!/bin/sh\n${lines.join("\n")}\nexec "${wrapper.program}" "$@"\n`);
  chmodSync(partial, 0o755);
  renameSync(partial, file);
}

/** Writes a font configuration over the unpacked fonts where the machine has none, and names it. */
export function fontsFile(folders: DebianFolders): string | undefined {
  if (existsSync("/etc/fonts/fonts.conf")) return undefined;
  const file = join(folders.root, "fonts.conf");
  writeFileSync(
    file,
    `<?xml version="1.0"?><fontconfig><dir>/usr/share/fonts</dir><dir>${folders.root}/usr/share/fonts</dir><cachedir>${folders.state}/fonts</cachedir></fontconfig>\n`,
  );
  return file;
}
