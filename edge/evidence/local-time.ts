// The hour at the place, as Vietnamese papers write it: UTC+7, without summer time.

/** What the hour at the place is ahead of UTC. */
export const UTC_OFFSET = "+07:00";
const AHEAD_MS = 7 * 3_600_000;

/** `20/12/2024 10:32:05` */
export function localTime(atMs: number): string {
  const local = new Date(atMs + AHEAD_MS).toISOString();
  return `${local.slice(8, 10)}/${local.slice(5, 7)}/${local.slice(0, 4)} ${local.slice(11, 19)}`;
}
