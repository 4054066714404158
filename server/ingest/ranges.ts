// Sequences as the inclusive, ascending, disjoint ranges of an acknowledgement.

export function toRanges(sequences: Iterable<number>): [number, number][] {
  const ranges: [number, number][] = [];
  for (const sequence of [...sequences].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && sequence <= last[1] + 1) last[1] = sequence;
    else ranges.push([sequence, sequence]);
  }
  return ranges;
}
