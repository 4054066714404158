// The shape of every rule: a pure step over one frame's tracks, scene and clock.
import type { EventTypeName } from "../../contract/event.ts";
import type { RuleConfig, RuleKind } from "../../config/rule.ts";
import type { CameraConfig, SignalState } from "../../config/camera.ts";
import type { PlateCandidate } from "../plate/hot-list.ts";
import type { Track } from "../track/track.ts";
import type { Scene } from "../scene/scene.ts";
import type { FaceCandidate } from "../watchlist/candidate.ts";
import type { ZoneCounts } from "./crowd/map-count.ts";
import type { RoadUser } from "./road-user.ts";

/** A signal as known at a frame. */
export interface SignalReading {
  readonly state: SignalState;
  /** Media time since which this state holds. */
  readonly sinceMs: number;
  /** Media time of the last confirmation; stale after 2 s. */
  readonly atMs: number;
}

/** Everything a rule may look at in one frame. */
export interface RuleFrame {
  /** Media time, ms; grows, unevenly. */
  readonly tMs: number;
  /** Capture time, ms since 1970 UTC: for rules that hold at certain hours only. */
  readonly captureMs: number;
  readonly tracks: readonly Track[];
  /** The same tracks placed in the scene, in the same order; faces are not among them. */
  readonly users: readonly RoadUser[];
  readonly signals: ReadonlyMap<string, SignalReading>;
  /** Watch-list candidates of this frame's faces; empty without the face product. */
  readonly faces: readonly FaceCandidate[];
  /** Vehicles whose plates are on the watch list, or nearly; absent: nobody compares them. */
  readonly plates?: readonly PlateCandidate[];
  /** Where a network of people's density counts: what each zone holds; absent: tracks are counted. */
  readonly counted?: ZoneCounts | undefined;
  /** Whether the scene still fits the picture: unverified scenes raise observations, never cases. */
  readonly sceneVerified: boolean;
  /** Whether the clock is known well enough for a case. */
  readonly clock: "known" | "unknown" | "beyond-limit";
}

/** What a rule saw: becomes exactly one event. `subject` names the passage, zone or track it belongs to. */
export interface Observation {
  readonly type: EventTypeName;
  readonly subject: string;
  readonly tMs: number;
  /** The event's `data` without the keys that the event builder adds (camera, scene and model hashes, clock); a sample has no rule. */
  readonly data: Readonly<Record<string, unknown>> & { readonly rule?: RuleKind | "camera-health" };
  /** A live sample: shown and forgotten, never queued. */
  readonly transient?: true;
  /** Of the observations with this key only a vehicle's first one is let through: red light or stop line, never both. */
  readonly exclusive?: string;
}

/** The result of one step. The state is the rule's own; it is JSON-serialisable, since it outlives a restart. */
export interface Step<S> {
  readonly state: S;
  readonly observations: readonly Observation[];
}

/** One rule kind. `step` is pure: the same state and frame give the same result, and neither is changed. */
export interface Rule<S = unknown, K extends RuleKind = RuleKind> {
  readonly kind: K;
  readonly version: number;
  /** Names of zones, lanes, lines and signals that the scene must have; checked before the scene runs. */
  needs(config: RuleConfig<K>): readonly SceneNeed[];
  /** Faults of the rule's own entry that its schema cannot see. */
  faults?(config: RuleConfig<K>, camera: CameraConfig): readonly RuleFault[];
  initial(config: RuleConfig<K>, scene: Scene): S;
  step(state: S, frame: RuleFrame, config: RuleConfig<K>, scene: Scene): Step<S>;
  /** Observations that close what is open: the end of a replay, or a scene that changed under it. */
  close?(
    state: S,
    tMs: number,
    reason: "end" | "scene_changed",
    config: RuleConfig<K>,
    scene: Scene,
  ): Step<S>;
}

export interface SceneNeed {
  readonly kind: "zone" | "lane" | "line" | "signal" | "ground";
  readonly name?: string;
  /** The rule's key that names it, for the fault's line. */
  readonly key: string;
  /** Zone or line kinds that fit. */
  readonly kinds?: readonly string[];
}

/** A key of the rule's entry that does not fit the rest of the camera file. */
export interface RuleFault {
  readonly key: string;
  readonly allowed: string;
}
