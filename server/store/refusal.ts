// Tells a fault of the data from a fault of the database: the first will be refused again for ever.
import { DatabaseError } from "pg";

/** SQLSTATE classes that speak of the values: data exception, integrity violation, limit exceeded (nesting, size). */
const REFUSALS: ReadonlySet<string> = new Set(["22", "23", "54"]);

/** Why PostgreSQL refuses the data; undefined for anything else (away, full, read-only, timed out). */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof DatabaseError) || error.code === undefined) return undefined;
  return REFUSALS.has(error.code.slice(0, 2)) ? `${error.code} ${error.message}` : undefined;
}
