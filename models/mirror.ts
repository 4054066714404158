// Looks for a file by its name in the mirror folders.
import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { mirrorFolders } from "../config/cache-folder.ts";
import { catalogueFiles } from "./catalogue.ts";

/** Where files of a mirror may lie: the folder itself, or in one of these and their own folders. */
const SUBFOLDERS = ["models", "media", "data"];

/**
 * Paths of files of that name in the folders of `NGATU_MIRROR`, then beside the catalogues of `NGATU_CATALOGUE`, in
 * order; their content is not checked.
 */
export async function findInMirrors(file: string, env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const found: string[] = [];
  for (const mirror of [...mirrorFolders(env), ...catalogueFiles(env).map((path) => dirname(path))]) {
    for (const folder of [mirror, ...(await foldersOf(mirror))]) {
      const path = join(folder, file);
      if ((await stat(path).catch(() => undefined))?.isFile() === true) found.push(path);
    }
  }
  return found;
}

async function foldersOf(mirror: string): Promise<string[]> {
  const folders: string[] = [];
  for (const name of SUBFOLDERS) {
    const folder = join(mirror, name);
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) continue;
    folders.push(
      folder,
      ...entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name)),
    );
  }
  return folders;
}
