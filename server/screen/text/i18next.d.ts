// Makes every key of a text checked by the compiler.
import type { Text } from "./vi.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: Text };
  }
}
