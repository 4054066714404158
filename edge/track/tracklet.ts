// The tracker's own record of one road user: filter, class vote and lifetime.
import type { ClassName } from "../../contract/common.ts";
import type { Detection } from "../detect/detection.ts";
import { type BoxState, correct, fill, type Filled, type MotionModel, startState } from "./kalman.ts";
import type { Group } from "./group.ts";
import type { Track } from "./track.ts";

/** How many recent confidences the median is taken of. */
const RECENT = 9;

export interface Tracklet {
  readonly group: Group;
  readonly state: BoxState;
  /** 0 until confirmed: an identity is given only to what was seen often enough. */
  id: number;
  readonly firstSeenMs: number;
  lastSeenMs: number;
  hits: number;
  /** How sure its detections make it that there is somebody: their summed log odds. */
  evidence: number;
  /** The detection of this very frame. */
  detection: Detection | undefined;
  class: ClassName;
  readonly votes: Map<ClassName, number>;
  readonly recent: Float64Array;
  /** What later stages see; filled by {@link trackOf}. */
  readonly track: Filled & { -readonly [K in Exclude<keyof Track, keyof Filled>]: Track[K] };
}

export function startTracklet(detection: Detection, group: Group, tMs: number, model: MotionModel): Tracklet {
  return {
    group,
    state: startState(detection.box, model),
    id: 0,
    firstSeenMs: tMs,
    lastSeenMs: tMs,
    hits: 1,
    evidence: evidenceOf(detection.confidence),
    detection,
    class: detection.class,
    votes: new Map([[detection.class, detection.confidence]]),
    recent: new Float64Array(RECENT).fill(detection.confidence),
    track: {
      id: 0,
      class: detection.class,
      box: { x1: detection.box.x1, y1: detection.box.y1, x2: detection.box.x2, y2: detection.box.y2 },
      velocity: { x: Number.NaN, y: Number.NaN },
      confidence: detection.confidence,
      firstSeenMs: tMs,
      lastSeenMs: tMs,
      observed: true,
      detected: detection.box,
      truthId: detection.truthId,
    },
  };
}

/** Takes a matched detection into the filter and the votes. */
export function support(tracklet: Tracklet, detection: Detection, tMs: number, model: MotionModel): void {
  correct(tracklet.state, detection.box, model, doubtOf(detection.confidence));
  tracklet.recent[tracklet.hits % RECENT] = detection.confidence;
  tracklet.hits++;
  tracklet.evidence += evidenceOf(detection.confidence);
  tracklet.lastSeenMs = tMs;
  tracklet.detection = detection;
  const votes = (tracklet.votes.get(detection.class) ?? 0) + detection.confidence;
  tracklet.votes.set(detection.class, votes);
  // The class in force wins ties, so that it cannot flicker.
  if (votes > (tracklet.votes.get(tracklet.class) ?? 0)) tracklet.class = detection.class;
}

/** The track as later stages see it: one object for all its life. */
export function trackOf(tracklet: Tracklet): Track {
  const { detection, track } = tracklet;
  track.id = tracklet.id;
  track.class = tracklet.class;
  fill(track, tracklet.state);
  track.confidence = median(tracklet.recent, Math.min(tracklet.hits, RECENT));
  track.lastSeenMs = tracklet.lastSeenMs;
  track.observed = detection !== undefined;
  track.detected = detection?.box;
  track.truthId = detection?.truthId;
  return track;
}

const sorted = new Float64Array(RECENT);

/** Of the first `count` values. */
function median(values: Float64Array, count: number): number {
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    let at = i;
    for (; at > 0 && (sorted[at - 1] as number) > value; at--) sorted[at] = sorted[at - 1] as number;
    sorted[at] = value;
  }
  return sorted[count >> 1] as number;
}

/** A detection adds at least this, so that the doubtful confirm each other in the end … */
const LEAST_EVIDENCE = 1;
/** … and at most the log odds of this confidence, so that one detection is never enough. */
const SUREST = 0.985;

function evidenceOf(confidence: number): number {
  const sure = Math.min(SUREST, confidence);
  return Math.max(LEAST_EVIDENCE, Math.log(sure / (1 - sure)));
}

/** Measurement noise by confidence (as in the NSA Kalman filter, Du et al. 2021): a doubtful box is also an inexact one. */
function doubtOf(confidence: number): number {
  return 0.3 + 5 * (1 - confidence);
}
