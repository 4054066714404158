// Where this checkout lies: its root holds package.json, whether the code runs from there or from dist/.
import { fileURLToPath } from "node:url";

export function checkoutRoot(): string {
  const built = import.meta.url.endsWith(".js");
  return fileURLToPath(new URL(built ? "../.." : "..", import.meta.url)).replace(/\/$/, "");
}
