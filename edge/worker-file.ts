// Finds the built file of a worker thread: Node 20 runs JavaScript only, so a worker always starts from dist/.
import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = fileURLToPath(import.meta.url);
/** The repository root when this module runs as TypeScript; unused when it runs from dist/. */
const root = resolve(dirname(here), "..");

/**
 * URL of the worker `name` that lies beside the calling module (`import.meta.url`). A module that runs as
 * TypeScript (in the tests) gets the file at the same place under `dist/`.
 *
 * @throws {Error} when the file was not built.
 */
export function workerFile(moduleUrl: string, name: string): URL {
  const folder = dirname(fileURLToPath(moduleUrl));
  const built = here.endsWith(".ts") ? join(root, "dist", relative(root, folder)) : folder;
  const file = join(built, `${name}.js`);
  if (!existsSync(file)) throw new Error(`${file} is missing: run \`npm run build:node\``);
  return pathToFileURL(file);
}
