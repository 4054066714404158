// Where the built screen lies.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkoutRoot } from "./checkout.ts";

/** Undefined where it has not been built. */
export function screenFolder(): string | undefined {
  const folder = join(checkoutRoot(), "dist", "screen");
  return existsSync(folder) ? folder : undefined;
}
