// Multi-object tracking: detections of one frame after another become tracks with lasting identities.
import type { Detection } from "../detect/detection.ts";
import { iou } from "../geometry/box.ts";
import { type Group, groupOf } from "./group.ts";
import { boxOf, distanceSquared, type MotionModel, predict } from "./kalman.ts";
import { createMatcher } from "./match.ts";
import { createPreparation } from "./prepare.ts";
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
  readonly nearMs: number;
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
};
/** A motorcycle is fast and turns within its own length. */
const TWO_WHEELER: MotionModel = {
  startSpeed: 8,
  agility: 2.5,
  shapeAgility: 0.6,
  jitter: 0.05,
  shapeJitter: 0.07,
};
const VEHICLE: MotionModel = {
  startSpeed: 8,
  agility: 2,
  shapeAgility: 0.6,
  jitter: 0.05,
  shapeJitter: 0.07,
};

export const TRACKER_DEFAULTS: TrackerOptions = {
  highConfidence: 0.6,
  lowConfidence: 0.1,
  startConfidence: 0.6,
  gapMs: 3000,
  confirmHits: 2,
  confirmEvidence: 7,
  confirmLatestMs: 1000,
  nearMs: 250,
  tentativeGapMs: 400,
  minOverlap: 0.2,
  minOverlapLow: 0.3,
  motion: {
    people: ON_FOOT,
    "two-wheelers": TWO_WHEELER,
    vehicles: VEHICLE,
    faces: ON_FOOT,
    heads: ON_FOOT,
  },
};

/** What outlives a restart: identities never repeat. */
export interface TrackerSnapshot {
  readonly nextId: number;
}

/**
 * An online tracker without look-ahead: constant-velocity Kalman filters with intervals taken from timestamps,
 * association in two passes by confidence (ByteTrack, Zhang et al. 2022, §3) within groups of classes, exact
 * assignment. The same input gives the same identities.
 */
export interface Tracker {
  /** Tracks that are confirmed and not forgotten, in order of identity. `tMs` must not fall; equal times are allowed. */
  step(tMs: number, detections: readonly Detection[]): Track[];
  snapshot(): TrackerSnapshot;
  restore(snapshot: TrackerSnapshot): void;
}

export function createTracker(options: Partial<TrackerOptions> = {}): Tracker {
  const settings = { ...TRACKER_DEFAULTS, ...options };
  const { motion } = settings;
  const matcher = createMatcher();
  const prepare = createPreparation(settings.lowConfidence);
  let tracklets: Tracklet[] = [];
  let nextId = 1;
  let lastMs = Number.NEGATIVE_INFINITY;

  /** Pairs the free tracklets and free detections that `fits` and marks what matched. */
  const pass = (
    tMs: number,
    detections: readonly Detection[],
    free: Uint8Array,
    takes: (tracklet: Tracklet) => boolean,
    accepts: (detection: Detection) => boolean,
    minOverlap: number,
    far: boolean,
  ): void => {
    matcher.clear(tracklets.length, detections.length);
    for (let row = 0; row < tracklets.length; row++) {
      const tracklet = tracklets[row] as Tracklet;
      if (tracklet.detection !== undefined || !takes(tracklet)) continue;
      const box = boxOf(tracklet.state);
      const mayBeNear = far && tMs - tracklet.lastSeenMs <= settings.nearMs;
      for (let column = 0; column < detections.length; column++) {
        const detection = detections[column] as Detection;
        if (free[column] === 0 || groupOf(detection.class) !== tracklet.group || !accepts(detection))
          continue;
        const overlap = iou(box, detection.box);
        const near = mayBeNear ? nearness(tracklet, detection) : 0;
        if (overlap < minOverlap && near === 0) continue;
        matcher.add(row, column, overlap + near + 1e-6);
      }
    }
    matcher.solve((row, column) => {
      free[column] = 0;
      const tracklet = tracklets[row] as Tracklet;
      support(tracklet, detections[column] as Detection, tMs, motion[tracklet.group]);
    });
  };

  /** 0–1 by where the track may be by now: lets fast newcomers match whose boxes do not overlap yet. */
  const nearness = (tracklet: Tracklet, detection: Detection): number => {
    const { box } = detection;
    const height = box.y2 - box.y1;
    const ratio = height / (tracklet.state[15] as number);
    if (ratio < 0.6 || ratio > 1.67) return 0;
    const squared = distanceSquared(
      tracklet.state,
      (box.x1 + box.x2) / 2,
      box.y2,
      motion[tracklet.group].jitter * height,
    );
    return squared > 9.2 ? 0 : Math.exp(-squared / 2);
  };

  const isConfirmed = ({ hits, evidence, firstSeenMs }: Tracklet, tMs: number): boolean =>
    hits >= settings.confirmHits &&
    (evidence >= settings.confirmEvidence || tMs - firstSeenMs >= settings.confirmLatestMs);

  return {
    step(tMs, seen) {
      const seconds = lastMs === Number.NEGATIVE_INFINITY ? 0 : Math.max(0, tMs - lastMs) / 1000;
      lastMs = tMs;
      const detections = prepare(seen);
      const free = new Uint8Array(detections.length).fill(1);
      for (const tracklet of tracklets) {
        tracklet.detection = undefined;
        predict(tracklet.state, seconds, motion[tracklet.group]);
      }
      const high = (detection: Detection): boolean => detection.confidence >= settings.highConfidence;
      const confirmed = (tracklet: Tracklet): boolean => tracklet.id > 0;
      pass(tMs, detections, free, confirmed, high, settings.minOverlap, true);
      const recent = (tracklet: Tracklet): boolean => tracklet.id > 0 && tMs - tracklet.lastSeenMs <= 500;
      pass(tMs, detections, free, recent, (detection) => !high(detection), settings.minOverlapLow, false);
      pass(tMs, detections, free, (tracklet) => tracklet.id === 0, high, settings.minOverlap, true);
      tracklets = tracklets.filter(
        (tracklet) =>
          tMs - tracklet.lastSeenMs <= (tracklet.id > 0 ? settings.gapMs : settings.tentativeGapMs),
      );
      for (let column = 0; column < detections.length; column++) {
        const detection = detections[column] as Detection;
        const group = groupOf(detection.class);
        if (free[column] === 0 || group === undefined || detection.confidence < settings.startConfidence)
          continue;
        tracklets.push(startTracklet(detection, group, tMs, motion[group]));
      }
      for (const tracklet of tracklets) {
        if (tracklet.id === 0 && isConfirmed(tracklet, tMs)) tracklet.id = nextId++;
      }
      const tracks: Track[] = [];
      for (const tracklet of tracklets) if (tracklet.id > 0) tracks.push(trackOf(tracklet));
      return tracks.sort((a, b) => a.id - b.id);
    },
    snapshot: () => ({ nextId }),
    restore(snapshot) {
      nextId = Math.max(nextId, snapshot.nextId);
    },
  };
}
