// Where programs are looked for: our private ones first, then the system's, with the folders of system services.
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Folder of the wrappers of privately unpacked programs. */
export function binFolder(cache: string): string {
  return join(cache, "bin");
}

/** `PATH` with the private programs first; mosquitto lies in /usr/sbin, which is not in every user's path. */
export function searchPath(cache: string, path: string | undefined): string {
  const folders = [binFolder(cache), ...(path ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return [...new Set(folders.filter((folder) => folder !== ""))].join(delimiter);
}

/** Full name of an executable in `path`, or undefined. */
export function findProgram(name: string, path: string | undefined): string | undefined {
  for (const folder of (path ?? "").split(delimiter)) {
    if (folder === "") continue;
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      continue; // not there, or not ours to run: the next folder may have it
    }
  }
  return undefined;
}
