// When a list was last known to be current: the stream changes it, so a connected stream vouches for it.
import { useConnection } from "../data/connection.ts";

/** Browser clock, ms; 0 when the list was never read. */
export function useListFreshness(readAtMs: number): number {
  const { lastMessageMs } = useConnection();
  return readAtMs === 0 ? 0 : Math.max(readAtMs, lastMessageMs);
}
