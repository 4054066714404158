// Names of what the wire speaks of: a known word in the reader's language, an unknown one as it came.
import type { TFunction } from "i18next";

type Group =
  | "rule"
  | "class"
  | "withheld"
  | "health"
  | "pictureFault"
  | "product"
  | "direction"
  | "alertState"
  | "event.type";

export function nameOf(t: TFunction, group: Group, word: string): string {
  // Event types hold dots, which must not be taken for steps into the table.
  const table: unknown = t(group, { returnObjects: true });
  if (typeof table !== "object" || table === null || !Object.hasOwn(table, word)) return word;
  const name: unknown = Reflect.get(table, word);
  return typeof name === "string" ? name : word;
}
