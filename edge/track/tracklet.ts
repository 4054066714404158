// The tracker's own record of one road user: filter, class vote and lifetime.
import type { ClassName } from "../../contract/common.ts";
import type { Detection } from "../detect/detection.ts";
import { boxOf, type BoxState, correct, type MotionModel, startState, velocityOf } from "./kalman.ts";
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

/** The track as later stages see it. */
export function trackOf(tracklet: Tracklet): Track {
  const { detection } = tracklet;
  return {
    id: tracklet.id,
    class: tracklet.class,
    box: boxOf(tracklet.state),
    velocity: velocityOf(tracklet.state),
    confidence: median(tracklet.recent, Math.min(tracklet.hits, RECENT)),
    firstSeenMs: tracklet.firstSeenMs,
    lastSeenMs: tracklet.lastSeenMs,
    observed: detection !== undefined,
    ...(detection === undefined ? {} : { detected: detection.box }),
    ...(detection?.truthId === undefined ? {} : { truthId: detection.truthId }),
  };
}

const sorted = new Float64Array(RECENT);

function median(values: Float64Array, count: number): number {
  sorted.set(values);
  const part = sorted.subarray(0, count);
  part.sort();
  return part[count >> 1] as number;
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
