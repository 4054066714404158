// Rows of a label file: comma-separated, with a header, as label sets are written.
import { existsSync, readFileSync } from "node:fs";

/** A label file with a fault: file, line, what is wrong. */
export class LabelFileError extends Error {
  override readonly name = "LabelFileError";
}

/** Rows by the header's names; none where there is no file. Values hold no comma. Throws {@link LabelFileError}. */
export function csvRows(file: string, required: readonly string[]): Partial<Record<string, string>>[] {
  if (!existsSync(file)) return [];
  const [header = "", ...lines] = readFileSync(file, "utf8").trimEnd().split(/\r?\n/);
  const keys = header.split(",").map((key) => key.trim());
  const missing = required.filter((key) => !keys.includes(key));
  if (missing.length > 0) throw new LabelFileError(`${file}:1: no column ${missing.join(", ")}`);
  return lines.map((line, index) => {
    const cells = line.split(",").map((cell) => cell.trim());
    if (cells.length !== keys.length) {
      throw new LabelFileError(`${file}:${index + 2}: ${cells.length} values, ${keys.length} expected`);
    }
    return Object.fromEntries(keys.map((key, i) => [key, cells[i]]));
  });
}
