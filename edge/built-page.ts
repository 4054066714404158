// Finds the built page that checks evidence packages.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Path of `verify.html`; undefined where the page was not built. */
export function builtPage(): string | undefined {
  const here = fileURLToPath(new URL(".", import.meta.url));
  // From dist/edge, or from the sources' own edge/.
  return ["../verifier/verify.html", "../dist/verifier/verify.html"]
    .map((path) => join(here, path))
    .find((path) => existsSync(path));
}
