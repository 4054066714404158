// Multi-object tracking: detections of one frame after another become tracks with lasting identities.
import type { Detection } from "../detect/detection.ts";
import { carried, CARRIED_CONFIDENCE, freeUnder, isCarried, seatRiders } from "./carried.ts";
import { createColumns, fillColumns, moveColumns, overlapWith } from "./columns.ts";
import type { Group } from "./group.ts";
import {
  type BoxState,
  distanceSquared,
  HEIGHT,
  type MotionModel,
  predict,
  WIDTH,
  X,
  X_VARIANCE,
  Y,
} from "./kalman.ts";
import { createMatcher } from "./match.ts";
import { createPreparation, MAX_DETECTIONS } from "./prepare.ts";
import { dropOutdone } from "./same-object.ts";
import { createShake } from "./shake.ts";
import type { Track } from "./track.ts";
import { startTracklet, support, trackOf, type Tracklet } from "./tracklet.ts";

export interface TrackerOptions {
  /** Confidence from which a detection takes part in the first pass; lower ones only prolong tracks. */
  readonly highConfidence: number;
  /** Detections below this are ignored. */
  readonly lowConfidence: number;
  /** Confidence from which an unmatched detection starts a track: raising it misses the faint, lowering it dreams. */
  readonly startConfidence: number;
  /** How long a track is remembered without detections. */
  readonly gapMs: number;
  /** Detections it takes at least to believe in a track. */
  readonly confirmHits: number;
  /** Their summed log odds (see tracklet): raising it dreams less and begins later. */
  readonly confirmEvidence: number;
  /** A track that has been supported for this long is believed in whatever the confidences. */
  readonly confirmLatestMs: number;
  /** For how long after its last detection a track may match a box that does not overlap it. */
  readonly nearMs: Readonly<Record<Group, number>>;
  /** Frames further apart than this are distant, and then it may from one frame to the next in any case … */
  readonly distantMs: number;
  /** … but over no longer interval than this. */
  readonly mostDistantMs: number;
  /** How long an unconfirmed track may go unseen. */
  readonly tentativeGapMs: number;
  /** Least overlap (IoU of predicted and detected box) in the first and the second pass. */
  readonly minOverlap: number;
  readonly minOverlapLow: number;
  readonly motion: Readonly<Record<Group, MotionModel>>;
}

/**
 * Measured on the pedestrian sequences of MOT15 and MOT17, one setting for all; scores are flat around each value.
 * `startSpeed` costs nothing there and finds people who ride.
 */
const ON_FOOT: MotionModel = {
  startSpeed: 5,
  agility: 0.3,
  shapeAgility: 0.15,
  jitter: 0.05,
  shapeJitter: 0.04,
  recedes: false,
  sureJitter: 0.3,
  doubtJitter: 5,
};
/**
 * Drivers brake at 3 m/s² and turn at 5, and mostly do neither. The jitter hangs less on confidence than that of
 * people on foot: a detector is sure of most vehicles, and its boxes shake all the same.
 */
const VEHICLE: MotionModel = {
  startSpeed: 8,
  agility: 1,
  shapeAgility: 0.6,
  jitter: 0.05,
  shapeJitter: 0.07,
  recedes: true,
  sureJitter: 0.6,
  doubtJitter: 2,
};

export const TRACKER_DEFAULTS: TrackerOptions = {
  highConfidence: 0.6,
  lowConfidence: 0.1,
  startConfidence: 0.6,
  gapMs: 3000,
  confirmHits: 2,
  confirmEvidence: 7,
  confirmLatestMs: 1000,
  // Cars are seldom side by side, and come in fast at the picture's lower edge.
  nearMs: { people: 250, "two-wheelers": 250, vehicles: 500, faces: 250, heads: 250 },
  distantMs: 250,
  mostDistantMs: 1000,
  tentativeGapMs: 400,
  minOverlap: 0.2,
  minOverlapLow: 0.3,
  motion: {
    people: ON_FOOT,
    "two-wheelers": VEHICLE,
    vehicles: VEHICLE,
    faces: ON_FOOT,
    heads: ON_FOOT,
  },
};

/** A detection is taller or lower than the one before by this factor at most: growth reckoned from few boxes leads astray. */
const MOST_GROWTH = 1.67;
/** Similarities are handed over in so many steps. */
const SIMILARITY_STEPS = 1e6;
/** Squared Mahalanobis distance up to which a detection is near: 99 % of a 2-D normal's mass. */
const NEAR_SQUARED = 9.2;

/** What outlives a restart: identities never repeat. */
export interface TrackerSnapshot {
  readonly nextId: number;
}

/**
 * An online tracker without look-ahead: constant-velocity Kalman filters with intervals taken from timestamps,
 * association in two passes by confidence (ByteTrack, Zhang et al. 2022, §3) within groups of classes, exact
 * assignment. The same input gives the same identities. Everything is predicted and matched in the picture at rest.
 */
export interface Tracker {
  /** How far the latest picture is off its rest, pixels: what is seen at a point belongs at the point less this. */
  readonly shift: { readonly x: number; readonly y: number };
  /** Nobody is followed, neither confirmed nor tentative. */
  readonly empty: boolean;
  /**
   * Tracks that are confirmed and not forgotten, in order of identity; the array holds until the next step. `tMs` must
   * not fall; equal times are allowed.
   */
  step(tMs: number, detections: readonly Detection[]): Track[];
  snapshot(): TrackerSnapshot;
  restore(snapshot: TrackerSnapshot): void;
}

export function createTracker(options: Partial<TrackerOptions> = {}): Tracker {
  const settings = { ...TRACKER_DEFAULTS, ...options };
  const { motion } = settings;
  const matcher = createMatcher();
  const prepare = createPreparation(settings.lowConfidence);
  const columns = createColumns();
  const shake = createShake();
  /** Columns that may match in the pass under way. */
  const eligible = new Int32Array(MAX_DETECTIONS);
  /** Box of the tracklet under way, and from where on it may match. */
  const predicted = new Float64Array(4);
  const from = new Float64Array(1);
  /** 0–1 of the latest pair that {@link isNear} found; a number that a function returns would cost memory. */
  const nearness = new Float64Array(1);
  const tracklets: Tracklet[] = [];
  /** What the latest step gave. */
  const tracks: Track[] = [];
  let nextId = 1;
  let lastMs = Number.NEGATIVE_INFINITY;
  /** Whether the frame under way is distant from the one before, and when that was. */
  let distant = false;
  let beforeMs = Number.NEGATIVE_INFINITY;

  /** Pairs the free tracklets and free detections that `fits` and marks what matched. */
  const pass = (
    tMs: number,
    detections: readonly Detection[],
    takes: (tracklet: Tracklet) => boolean,
    accepts: (confidence: number) => boolean,
    minOverlap: number,
    far: boolean,
  ): void => {
    matcher.clear(tracklets.length, columns.count);
    let candidates = 0;
    for (let place = 0; place < columns.count; place++) {
      const column = columns.order[place] as number;
      if (columns.free[column] === 1 && accepts(columns.confidence[column] as number))
        eligible[candidates++] = column;
    }
    for (let row = 0; row < tracklets.length; row++) {
      const tracklet = tracklets[row] as Tracklet;
      if (tracklet.detection !== undefined || !takes(tracklet)) continue;
      const { group, state } = tracklet;
      const x = state[X] as number;
      const y2 = state[Y] as number;
      const y1 = y2 - (state[HEIGHT] as number);
      predicted[0] = x - (state[WIDTH] as number) / 2;
      predicted[1] = y1;
      predicted[2] = x + (state[WIDTH] as number) / 2;
      predicted[3] = y2;
      const mayBeNear =
        far && tracklet.lastSeenMs >= (distant ? beforeMs : tMs - settings.nearMs[tracklet.group]);
      const jitterPx = motion[group].jitter * MOST_GROWTH * tracklet.seenHeight;
      const nearReach = mayBeNear
        ? Math.sqrt(NEAR_SQUARED * ((state[X_VARIANCE] as number) + jitterPx ** 2))
        : 0;
      const reach = Math.max(overlapReach(state, minOverlap), nearReach);
      from[0] = x - reach;
      for (let index = firstFrom(candidates); index < candidates; index++) {
        const column = eligible[index] as number;
        if ((columns.middle[column] as number) > x + reach) break;
        if (columns.group[column] !== group) continue;
        const apart = (columns.y1[column] as number) >= y2 || (columns.y2[column] as number) <= y1;
        const overlap = apart ? 0 : overlapWith(columns, column, predicted);
        const near = mayBeNear && isNear(tracklet, column) ? (nearness[0] as number) : 0;
        if (overlap < minOverlap && near === 0) continue;
        matcher.add(row, column, Math.round((overlap + near) * SIMILARITY_STEPS) + 1);
      }
    }
    matcher.solve((row, column) => {
      columns.free[column] = 0;
      const tracklet = tracklets[row] as Tracklet;
      support(
        tracklet,
        detections[column] as Detection,
        columns.confidence,
        column,
        shake.shift,
        tMs,
        motion[tracklet.group],
      );
    });
  };

  /** Lets fast newcomers match whose boxes do not overlap yet: says whether one may be there, and how near in `nearness`. */
  const isNear = ({ state, group, seenHeight }: Tracklet, column: number): boolean => {
    const bottom = columns.y2[column] as number;
    const height = bottom - (columns.y1[column] as number);
    const ratio = height / seenHeight;
    if (ratio < 1 / MOST_GROWTH || ratio > MOST_GROWTH) return false;
    const middle = columns.middle[column] as number;
    const squared = distanceSquared(state, middle, bottom, motion[group].jitter * height);
    if (squared > NEAR_SQUARED) return false;
    nearness[0] = Math.exp(-squared / 2);
    return true;
  };

  /** Index of the first of `count` eligible columns whose middle is not left of `from`. */
  const firstFrom = (count: number): number => {
    const x = from[0] as number;
    let low = 0;
    let high = count;
    while (low < high) {
      const between = (low + high) >> 1;
      if ((columns.middle[eligible[between] as number] as number) < x) low = between + 1;
      else high = between;
    }
    return low;
  };

  /** Two-wheelers that nothing matched, but whose riders were seen: on what is free under them, else carried. */
  const carry = (tMs: number, detections: readonly Detection[]): void => {
    for (const tracklet of tracklets) {
      if (tracklet.detection !== undefined || !isCarried(tracklet, tracklets, tMs)) continue;
      const column = freeUnder(tracklet, detections, columns);
      if (column !== undefined) columns.free[column] = 0;
      else tracklet.carriedMs = tMs;
      const detection = column === undefined ? carried(tracklet) : detections[column];
      if (detection === undefined) continue;
      const [confidence, at] = column === undefined ? [CARRIED_CONFIDENCE, 0] : [columns.confidence, column];
      support(tracklet, detection, confidence, at, shake.shift, tMs, motion[tracklet.group]);
    }
  };

  /** Drops, in place, what has not been seen for too long. */
  const forget = (tMs: number): void => {
    let kept = 0;
    for (const tracklet of tracklets) {
      const limitMs = tracklet.id > 0 ? settings.gapMs : settings.tentativeGapMs;
      if (tMs - tracklet.lastSeenMs <= limitMs) tracklets[kept++] = tracklet;
    }
    tracklets.length = kept;
  };

  const high = (confidence: number): boolean => confidence >= settings.highConfidence;
  const low = (confidence: number): boolean => confidence < settings.highConfidence;
  const confirmed = (tracklet: Tracklet): boolean => tracklet.id > 0;
  const tentative = (tracklet: Tracklet): boolean => tracklet.id === 0;
  const anyone = (): boolean => true;

  const isConfirmed = ({ hits, evidence, firstSeenMs }: Tracklet, tMs: number): boolean =>
    hits >= settings.confirmHits &&
    (evidence >= settings.confirmEvidence || tMs - firstSeenMs >= settings.confirmLatestMs);

  return {
    shift: shake.shift,
    get empty() {
      return tracklets.length === 0;
    },
    step(tMs, seen) {
      const seconds = lastMs === Number.NEGATIVE_INFINITY ? 0 : Math.max(0, tMs - lastMs) / 1000;
      distant = tMs - lastMs > settings.distantMs && tMs - lastMs <= settings.mostDistantMs;
      beforeMs = lastMs;
      lastMs = tMs;
      const detections = prepare(seen);
      fillColumns(columns, detections);
      dropOutdone(columns, detections);
      for (const tracklet of tracklets) {
        tracklet.detection = undefined;
        predict(tracklet.state, seconds, motion[tracklet.group]);
      }
      shake.look(tMs, seconds, tracklets, columns, settings.highConfidence);
      moveColumns(columns, -shake.shift.x, -shake.shift.y);
      pass(tMs, detections, confirmed, high, settings.minOverlap, !distant);
      const recent = (tracklet: Tracklet): boolean => tracklet.id > 0 && tMs - tracklet.lastSeenMs <= 500;
      pass(tMs, detections, recent, low, settings.minOverlapLow, false);
      pass(tMs, detections, tentative, high, settings.minOverlap, !distant);
      // Between distant frames overlap comes first: much else is near by then.
      if (distant) pass(tMs, detections, anyone, high, settings.minOverlap, true);
      seatRiders(tracklets, tracklets, tMs);
      carry(tMs, detections);
      forget(tMs);
      const known = tracklets.length;
      for (let column = 0; column < columns.count; column++) {
        const group = columns.group[column];
        const confidence = columns.confidence[column] as number;
        if (columns.free[column] === 0 || group === undefined || confidence < settings.startConfidence)
          continue;
        const detection = detections[column] as Detection;
        tracklets.push(startTracklet(detection, confidence, shake.shift, group, tMs, motion[group]));
      }
      seatRiders(tracklets.slice(known), tracklets, tMs);
      for (const tracklet of tracklets) {
        if (tracklet.id === 0 && isConfirmed(tracklet, tMs)) tracklet.id = nextId++;
      }
      let count = 0;
      for (const tracklet of tracklets) if (tracklet.id > 0) tracks[count++] = trackOf(tracklet, shake.shift);
      // Never emptied first, which would give its memory back.
      tracks.length = count;
      return sortById(tracks);
    },
    snapshot: () => ({ nextId }),
    restore(snapshot) {
      nextId = Math.max(nextId, snapshot.nextId);
    },
  };
}

/** Beyond this distance of their middles, px, no box overlaps by so much: a wider one at most until its edge is reached. */
function overlapReach(state: BoxState, minOverlap: number): number {
  return ((state[WIDTH] as number) / 2) * Math.max(2, 1 / minOverlap - 1);
}

/** Nearly in order already, since identities are given in order: sorted in place by insertion. */
function sortById(tracks: Track[]): Track[] {
  for (let i = 1; i < tracks.length; i++) {
    const track = tracks[i] as Track;
    let at = i;
    for (; at > 0 && (tracks[at - 1] as Track).id > track.id; at--) tracks[at] = tracks[at - 1] as Track;
    tracks[at] = track;
  }
  return tracks;
}
