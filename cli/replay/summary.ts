// The closing table of a replay: events by type, counts by line.
import type { ReplaySums } from "./sink.ts";
import type { Difference } from "./tracks.ts";

export interface ReplaySummary extends ReplaySums {
  readonly frames: number;
  readonly mediaMs: number;
  readonly wallMs: number;
  readonly runSeed: string;
  readonly compared?: readonly Difference[];
}

export function summaryText(summary: ReplaySummary): string {
  const { frames, mediaMs, wallMs } = summary;
  const rows = [
    `${frames} frames, ${(mediaMs / 1000).toFixed(1)} s of media in ${(wallMs / 1000).toFixed(1)} s`,
    "",
    ...table(
      ["event", "number"],
      Object.entries(summary.events)
        .sort()
        .map(([type, n]) => [type, String(n)]),
    ),
  ];
  if (summary.lines.length > 0) {
    const lines = [...summary.lines].sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
    rows.push(
      "",
      ...table(
        ["line", "class", "direction", "total"],
        lines.map((line) => [line.line, line.class, line.direction, String(line.total)]),
      ),
    );
  }
  if (summary.compared !== undefined) {
    rows.push(
      "",
      ...table(
        ["event", "rule", "raised then", "raised now", "of the same track"],
        summary.compared.map(({ type, rule, before, now, same }) => [
          type,
          rule,
          String(before),
          String(now),
          String(same),
        ]),
      ),
    );
  }
  return `${rows.join("\n")}\n`;
}

function keyOf(line: { line: string; class: string; direction: string }): string {
  return `${line.line} ${line.class} ${line.direction}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const format = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [format(head), ...rows.map(format)];
}
