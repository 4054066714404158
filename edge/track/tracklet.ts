// The tracker's own record of one road user: filter, class vote and lifetime.
import type { ClassName } from "../../contract/common.ts";
import type { Detection } from "../detect/detection.ts";
import type { Box, Point } from "../geometry/box.ts";
import {
  type BoxState,
  correct,
  fill,
  type Filled,
  type MotionModel,
  startState,
  X_VELOCITY,
  Y_VELOCITY,
} from "./kalman.ts";
import type { Carrier } from "./carried.ts";
import { CLASSES_IN_GROUP, type Group, PLACES } from "./group.ts";
import type { Track } from "./track.ts";

/** How many recent confidences the median is taken of. */
const RECENT = 9;
/** Over how long the usual velocity is taken. */
const USUAL_MS = 3000;

export interface Tracklet {
  readonly group: Group;
  /** In the picture at rest. */
  readonly state: BoxState;
  /** Its velocity of the last seconds, x and y in px/s: what the latest frames may have disturbed. */
  readonly usual: Float64Array;
  /** 0 until confirmed: an identity is given only to what was seen often enough. */
  id: number;
  readonly firstSeenMs: number;
  lastSeenMs: number;
  /** Height of its last detection, pixels. */
  seenHeight: number;
  hits: number;
  /** How sure its detections make it that there is somebody: their summed log odds. */
  evidence: number;
  /** The detection of this very frame. */
  detection: Detection | undefined;
  /** Of a two-wheeler: who sits on it. */
  carrier: Carrier | undefined;
  /** When its rider's box stood for it last. */
  carriedMs: number;
  class: ClassName;
  /** Summed confidences by place of the class in its group. */
  readonly votes: Float64Array;
  readonly recent: Float64Array;
  /** What later stages see; filled by {@link trackOf}. */
  readonly track: Filled & { -readonly [K in Exclude<keyof Track, keyof Filled>]: Track[K] };
}

/** `confidence`: with who sits on it; `shift`: how far the picture is off its rest. */
export function startTracklet(
  detection: Detection,
  confidence: number,
  shift: Point,
  group: Group,
  tMs: number,
  model: MotionModel,
): Tracklet {
  return {
    group,
    state: startState(atRest(detection.box, shift), model),
    usual: new Float64Array(2),
    id: 0,
    firstSeenMs: tMs,
    lastSeenMs: tMs,
    seenHeight: detection.box.y2 - detection.box.y1,
    hits: 1,
    evidence: evidenceOf(confidence),
    detection,
    carrier: undefined,
    carriedMs: Number.NEGATIVE_INFINITY,
    class: detection.class,
    votes: firstVote(detection.class, confidence),
    recent: new Float64Array(RECENT).fill(confidence),
    track: {
      id: 0,
      class: detection.class,
      box: { x1: detection.box.x1, y1: detection.box.y1, x2: detection.box.x2, y2: detection.box.y2 },
      velocity: { x: Number.NaN, y: Number.NaN },
      confidence,
      firstSeenMs: tMs,
      firstBox: detection.box,
      lastSeenMs: tMs,
      observed: true,
      detected: detection.box,
      truthId: detection.truthId,
    },
  };
}

/** Takes the matched detection, with the confidence at a place of an array, into the filter and the votes. */
export function support(
  tracklet: Tracklet,
  detection: Detection,
  confidences: Float64Array,
  at: number,
  shift: Point,
  tMs: number,
  model: MotionModel,
): void {
  const confidence = confidences[at] as number;
  correct(tracklet.state, atRest(detection.box, shift), confidence, model);
  remember(tracklet, tMs);
  tracklet.recent[tracklet.hits % RECENT] = confidence;
  tracklet.hits++;
  tracklet.evidence += evidenceOf(confidence);
  tracklet.lastSeenMs = tMs;
  tracklet.seenHeight = detection.box.y2 - detection.box.y1;
  tracklet.detection = detection;
  const { votes } = tracklet;
  const place = PLACES[detection.class];
  const sum = (votes[place] as number) + confidence;
  votes[place] = sum;
  // The class in force wins ties, so that it cannot flicker.
  if (sum > (votes[PLACES[tracklet.class]] as number)) tracklet.class = detection.class;
}

function firstVote(className: ClassName, confidence: number): Float64Array {
  const votes = new Float64Array(CLASSES_IN_GROUP);
  votes[PLACES[className]] = confidence;
  return votes;
}

/** The first velocity that is known is the usual one; from then on it follows slowly. */
function remember({ usual, state, hits, lastSeenMs }: Tracklet, tMs: number): void {
  const share = hits === 1 ? 1 : 1 - Math.exp((lastSeenMs - tMs) / USUAL_MS);
  usual[0] = (usual[0] as number) + share * ((state[X_VELOCITY] as number) - (usual[0] as number));
  usual[1] = (usual[1] as number) + share * ((state[Y_VELOCITY] as number) - (usual[1] as number));
}

/** The track as later stages see it: one object for all its life. */
export function trackOf(tracklet: Tracklet, shift: Point): Track {
  const { detection, track } = tracklet;
  track.id = tracklet.id;
  track.class = tracklet.class;
  fill(track, tracklet.state);
  if (shift.x !== 0 || shift.y !== 0) move(track.box, shift.x, shift.y);
  track.confidence = median(tracklet.recent, Math.min(tracklet.hits, RECENT));
  track.lastSeenMs = tracklet.lastSeenMs;
  track.observed = detection !== undefined;
  track.detected = detection?.box;
  track.truthId = detection?.truthId;
  return track;
}

const resting = { x1: 0, y1: 0, x2: 0, y2: 0 };

/** Where a box belongs in the picture at rest; filled again by each call. */
function atRest(box: Box, shift: Point): Box {
  if (shift.x === 0 && shift.y === 0) return box;
  resting.x1 = box.x1;
  resting.y1 = box.y1;
  resting.x2 = box.x2;
  resting.y2 = box.y2;
  move(resting, -shift.x, -shift.y);
  return resting;
}

function move(box: Filled["box"], x: number, y: number): void {
  box.x1 += x;
  box.y1 += y;
  box.x2 += x;
  box.y2 += y;
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
