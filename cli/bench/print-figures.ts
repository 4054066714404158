// Prints a benchmark's figures: one JSON object for programs, a line each for people.

export function printFigures(figures: object, json: boolean): void {
  const lines = Object.entries(figures).map(
    ([name, value]) =>
      `${name.padEnd(28)} ${typeof value === "object" ? JSON.stringify(value) : String(value)}\n`,
  );
  process.stdout.write(json ? `${JSON.stringify(figures)}\n` : lines.join(""));
}
