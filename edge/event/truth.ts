// For scoring labelled inputs only: which true identity most boxes of a track had.
import type { Track } from "../track/track.ts";

/** Counts boxes by true identity, per track. */
export interface TruthVote {
  see(tracks: readonly Track[]): void;
  /** The commonest identity of the track's boxes; null when most have none. */
  majority(trackId: number): number | null;
}

export function createTruthVote(): TruthVote {
  const tracks = new Map<number, { boxes: number; none: number; ids: Map<number, number> }>();
  return {
    see(seen) {
      for (const track of seen) {
        if (!track.observed) continue;
        const vote = tracks.get(track.id) ?? { boxes: 0, none: 0, ids: new Map<number, number>() };
        tracks.set(track.id, vote);
        vote.boxes++;
        if (track.truthId === undefined) vote.none++;
        else vote.ids.set(track.truthId, (vote.ids.get(track.truthId) ?? 0) + 1);
      }
    },
    majority(trackId) {
      const vote = tracks.get(trackId);
      if (vote === undefined || vote.none * 2 > vote.boxes) return null;
      let best: number | null = null;
      let most = 0;
      for (const [id, count] of vote.ids) {
        if (count > most) {
          best = id;
          most = count;
        }
      }
      return best;
    },
  };
}
