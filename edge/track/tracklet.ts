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
    detection,
    class: detection.class,
    votes: new Map([[detection.class, detection.confidence]]),
    recent: new Float64Array(RECENT).fill(detection.confidence),
  };
}

/** Takes a matched detection into the filter and the votes. */
export function support(tracklet: Tracklet, detection: Detection, tMs: number, model: MotionModel): void {
  correct(tracklet.state, detection.box, model, detection.confidence >= 0.5 ? 1 : 1.5);
  tracklet.recent[tracklet.hits % RECENT] = detection.confidence;
  tracklet.hits++;
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
