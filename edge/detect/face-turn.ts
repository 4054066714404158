// Which faces of a crowded frame are compared with the watch list: the best ones, and the others in turn.

/**
 * Indices of at most `limit` of the faces. Half of them are the best by quality; the rest goes round the others,
 * `turn` by `turn`, so that a small face in a crowd of large ones is compared too, if less often.
 */
export function facesInTurn(qualities: readonly number[], limit: number, turn: number): number[] {
  const order = qualities.map((_, index) => index).sort((a, b) => (qualities[b] ?? 0) - (qualities[a] ?? 0));
  if (order.length <= limit) return order;
  const best = order.slice(0, Math.ceil(limit / 2));
  const others = order.slice(best.length);
  const room = limit - best.length;
  const start = (turn * room) % others.length;
  return [...best, ...[...others.slice(start), ...others].slice(0, room)];
}
