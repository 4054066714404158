// Watch-list match: a face track is an enrolled person once its best pictures agree on it; a vehicle by its plate.
import type { RuleConfig } from "../../../config/rule.ts";
import type { FaceCandidate } from "../../watchlist/candidate.ts";
import { NOTHING_TOLD, stepPlates, type ToldPlates } from "./plate-match.ts";
import type { Observation, Rule, RuleFrame, Step } from "../rule.ts";

/**
 * Least mean similarity where neither the rule nor the candidate says one. Raising it misses more, lowering it
 * accuses more strangers. Measured for `fr-feature` with `ngatu eval faces` on LFW, single pictures, 50 people listed:
 * at 0.45 4.0 % missed and 0 of 200 strangers accused, at 0.40 1.3 % and 1 of 200.
 */
export const DEFAULT_THRESHOLD = 0.45;
/** Least mean lead over the second entry: two listed look-alikes must not be told apart by chance. */
export const DEFAULT_MARGIN = 0.05;
/** Pictures that must agree. One bad picture never raises a match; more delay it by a frame each. */
export const DEFAULT_FRAMES = 3;
export const DEFAULT_COOLDOWN_S = 60;

/** Pictures of a track that vote: its best by quality. More dilute a good look with bad ones. */
const VOTES = 5;
/** A vote older than this is forgotten: a long track may have passed from one person to another. */
const VOTE_AGE_MS = 30_000;
/** A track not seen for this long has ended. */
const TRACK_AGE_MS = 10_000;

interface Vote {
  readonly tMs: number;
  readonly entryId: string;
  readonly name: string;
  readonly score: number;
  readonly margin: number;
  readonly quality: number;
  readonly threshold: number;
  readonly box: readonly [number, number, number, number];
}

interface TrackVotes {
  readonly lastMs: number;
  /** Best quality first. */
  readonly votes: readonly Vote[];
  /** Entries already reported for this track, or held back by the cooldown. */
  readonly settled: readonly string[];
}

export interface WatchListState {
  readonly tracks: Readonly<Record<string, TrackVotes>>;
  /** Media time at which each entry was last recognised on this camera. */
  readonly recognised: Readonly<Record<string, number>>;
  /** Absent in states of old. */
  readonly plates?: ToldPlates;
}

type Config = RuleConfig<"watch-list">;

/**
 * One `vn.ngatu.face.match.v1` per track and entry. An entry recognised again within `cooldown_s` of its last
 * recognition, on whatever track, is not reported again: a broken track is not a second visit.
 */
export const watchListRule: Rule<WatchListState, "watch-list"> = {
  kind: "watch-list",
  version: 1,
  needs: () => [],
  initial: () => ({ tracks: {}, recognised: {} }),
  step(state, frame, config) {
    const cooldownMs = (config.cooldown_s ?? DEFAULT_COOLDOWN_S) * 1000;
    const tracks = surviving(state.tracks, frame);
    const recognised = Object.fromEntries(
      Object.entries(state.recognised).filter(([, lastMs]) => frame.tMs - lastMs <= cooldownMs),
    );
    const observations: Observation[] = [];
    for (const face of frame.faces) {
      if (face.trackId === undefined) continue;
      const track = withVote(tracks[face.trackId], voteOf(face, frame.tMs, config));
      const verdict = decide(track.votes, config);
      tracks[face.trackId] = track;
      if (verdict === undefined) continue;
      const { entryId } = verdict.best;
      if (!track.settled.includes(entryId)) {
        tracks[face.trackId] = { ...track, settled: [...track.settled, entryId] };
        if (recognised[entryId] === undefined) {
          observations.push(observationOf(face.trackId, verdict, frame.tMs, config));
        }
      }
      recognised[entryId] = frame.tMs;
    }
    const plates = stepPlates(state.plates ?? NOTHING_TOLD, frame);
    observations.push(...plates.observations);
    return {
      state: { tracks, recognised, ...(plates.told === NOTHING_TOLD ? {} : { plates: plates.told }) },
      observations,
    } satisfies Step<WatchListState>;
  },
};

function surviving(tracks: WatchListState["tracks"], frame: RuleFrame): Record<string, TrackVotes> {
  const present = new Set(frame.tracks.map(({ id }) => String(id)));
  const kept: Record<string, TrackVotes> = {};
  for (const [id, track] of Object.entries(tracks)) {
    if (!present.has(id) && frame.tMs - track.lastMs > TRACK_AGE_MS) continue;
    kept[id] = { ...track, votes: track.votes.filter(({ tMs }) => frame.tMs - tMs <= VOTE_AGE_MS) };
  }
  return kept;
}

function voteOf(face: FaceCandidate, tMs: number, config: Config): Vote {
  const { box } = face;
  return {
    tMs,
    entryId: face.entry.id,
    name: face.entry.name,
    score: face.score,
    margin: face.margin,
    quality: face.quality,
    threshold: config.threshold ?? face.threshold ?? DEFAULT_THRESHOLD,
    box: [box.x1, box.y1, box.x2, box.y2],
  };
}

function withVote(track: TrackVotes | undefined, vote: Vote): TrackVotes {
  // Sorting is stable: of equally good pictures the earlier ones stay.
  const votes = [...(track?.votes ?? []), vote].sort((a, b) => b.quality - a.quality).slice(0, VOTES);
  return { lastMs: vote.tMs, votes, settled: track?.settled ?? [] };
}

interface Verdict {
  /** The agreeing picture of best quality. */
  readonly best: Vote;
  readonly votes: readonly Vote[];
  readonly score: number;
  readonly margin: number;
}

/** The entry that two thirds of the votes name, when they are enough, like it enough and no other comes near. */
function decide(votes: readonly Vote[], config: Config): Verdict | undefined {
  const counts = new Map<string, Vote[]>();
  for (const vote of votes) counts.set(vote.entryId, [...(counts.get(vote.entryId) ?? []), vote]);
  const agreeing = [...counts.values()].find((group) => group.length * 3 >= votes.length * 2);
  const best = agreeing?.[0];
  if (agreeing === undefined || best === undefined) return undefined;
  const score = mean(agreeing.map((vote) => vote.score));
  const margin = mean(agreeing.map((vote) => vote.margin));
  const holds =
    agreeing.length >= (config.frames ?? DEFAULT_FRAMES) &&
    score >= best.threshold &&
    margin >= (config.margin ?? DEFAULT_MARGIN);
  return holds ? { best, votes: agreeing, score, margin } : undefined;
}

function observationOf(trackId: number, verdict: Verdict, tMs: number, config: Config): Observation {
  const { best, votes, score, margin } = verdict;
  return {
    type: "vn.ngatu.face.match.v1",
    subject: `face-${trackId}-${best.entryId}`,
    tMs,
    data: {
      rule: "watch-list",
      ...(config.name === undefined ? {} : { name: config.name }),
      track: { id: trackId, class: "face" },
      entry: { id: best.entryId, name: best.name },
      score,
      threshold: best.threshold,
      margin,
      frames: votes.length,
      quality: best.quality,
      because: {
        begin_ms: Math.min(...votes.map((vote) => vote.tMs)),
        best_ms: best.tMs,
        best_box: best.box,
        votes: votes.map((vote) => ({
          t_ms: vote.tMs,
          score: vote.score,
          margin: vote.margin,
          quality: vote.quality,
        })),
      },
    },
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
