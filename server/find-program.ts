// Finds a program of the system in PATH.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** A program that we run is not installed. */
export class ProgramMissingError extends Error {
  override readonly name = "ProgramMissingError";

  constructor(program: string) {
    super(`${program} is not installed, or not in PATH`);
  }
}

/** Its whole path. Throws {@link ProgramMissingError}. */
export function findProgram(program: string): string {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not there, or not for us: the next folder may have it.
    }
  }
  throw new ProgramMissingError(program);
}
