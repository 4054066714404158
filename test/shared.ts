// Where the shared folder with models, media and labelled data lies on this machine, if it does.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { mirrorFolders } from "../config/cache-folder.ts";

/** NGATU_MIRROR's first folder if it exists, else ../shared beside the repository if it exists, else undefined. */
export function sharedFolder(): string | undefined {
  const beside = resolve(import.meta.dirname, "../../shared");
  return [...mirrorFolders().slice(0, 1), beside].find((folder) => existsSync(folder));
}
