// The whole loop of one camera on one page: frame → detect → track → rules → events.
import type { Live } from "../contract/messages.ts";
import type { SignalState } from "../config/camera.ts";
import type { FrameSource, Frame, FrameTime } from "./camera/frame.ts";
import type { Detection, PlateReading } from "./detect/detection.ts";
import { candidateOf, type FaceObservation } from "./detect/face-observation.ts";
import { healthObservation } from "./health/observation.ts";
import type { HealthView, PictureHealth } from "./health/picture-health.ts";
import { buildEvent, type EventOrigin } from "./event/builder.ts";
import type { PipelineEvent } from "./event/event-draft.ts";
import type { PeopleMap } from "./geometry/people-map.ts";
import type { ActivityGate } from "./gate/activity-gate.ts";
import { liveOf } from "./live.ts";
import { createPlateBook, type PlatedVehicle, platedVehicles } from "./plate/plate-book.ts";
import { candidatesAmong, type ListedPlate } from "./plate/hot-list.ts";
import type { KnownPlate } from "./plate/tally.ts";
import type { PlateEye, PlateWatch } from "./plate/watch.ts";
import type { Body } from "./preview/heads.ts";
import type { LampWatch } from "./signal/lamp-watch.ts";
import { MapCount } from "./rules/crowd/map-count.ts";
import { createRoadUsers } from "./rules/road-users.ts";
import type { Observation, RuleFrame } from "./rules/rule.ts";
import { createRuleRun, type RuleSnapshot } from "./rules/run.ts";
import { createSignals, type SensedSignals, type SignalNotice } from "./rules/signals.ts";
import type { Scene } from "./scene/scene.ts";
import { fitOf, misfitOf } from "./scene-fit.ts";
import type { Track } from "./track/track.ts";
import { createTracker, type TrackerOptions, type TrackerSnapshot } from "./track/tracker.ts";

/** Half width of the capture time's interval beyond which no case is raised; raising it accepts vaguer clocks. */
export const CLOCK_LIMIT_MS = 500;

export interface PipelineOptions extends EventOrigin {
  readonly scene: Scene;
  readonly tracker?: Partial<TrackerOptions>;
}

/** What was seen in one frame, with or without pixels. */
export interface Sighting {
  readonly time: FrameTime;
  readonly detections: readonly Detection[];
  readonly faces?: readonly FaceObservation[];
  /** Where people are by their density, in frames in which that was looked at. */
  readonly people?: PeopleMap | undefined;
  /** Plates as they were read in this frame, not yet tied to vehicles. */
  readonly plates?: readonly PlateReading[];
  /** States that override the camera file's sources. */
  readonly signals?: Readonly<Record<string, SignalState>>;
  /** What the camera file's sources say. */
  readonly sensed?: SensedSignals;
  /** Size of the picture it was seen in; absent: the scene's own. */
  readonly picture?: { readonly width: number; readonly height: number };
  /** What is known of the picture's health; absent: taken as well. */
  readonly health?: HealthView;
}

export interface PipelineSnapshot {
  /** Media time of the latest frame that the states know of. */
  readonly tMs: number;
  readonly rules: RuleSnapshot;
  readonly tracker: TrackerSnapshot;
}

/** One camera's analysis: deterministic, without clock, pixels or I/O. */
export interface Pipeline {
  readonly scene: Scene;
  /** Nobody is followed, not even tentatively. */
  readonly quiet: boolean;
  see(sighting: Sighting): PipelineEvent[];
  /** Swaps the scene between two frames. */
  changeScene(scene: Scene): PipelineEvent[];
  /** Other models from the next frame on: SHA-256 by task. */
  changeModels(modelHashes: PipelineOptions["modelHashes"]): void;
  /**
   * Plates as they were read in one frame, in time order but maybe some frames late; `vehicles` as they were in it.
   * In pixels of the scene's picture.
   */
  readPlates(tMs: number, plates: readonly PlateReading[], vehicles: readonly PlatedVehicle[]): void;
  /** The plates that are looked for from the next frame on. */
  setHotList(list: readonly ListedPlate[]): void;
  /** Of a track of the latest frame; undefined while it is not sure. */
  plateOf(trackId: number): KnownPlate | undefined;
  /** The end of a replay. */
  finish(): PipelineEvent[];
  /** The latest frame as the rules saw it, until the next one; undefined before the first. */
  readonly latest: RuleFrame | undefined;
  /** What a screen shows of the latest frame; undefined before the first. */
  live(fps: number, dropped: number): Live | undefined;
  /**
   * Everything that may be a person in the latest frame, in pixels of the scene's picture: what the detectors found,
   * however unsure they were, and what is followed. For hiding heads, where a doubt must not show a face.
   */
  bodies(): readonly Body[];
  snapshot(): PipelineSnapshot;
  restore(snapshot: PipelineSnapshot): void;
}

export function createPipeline(options: PipelineOptions): Pipeline {
  const tracker = createTracker(options.tracker);
  const rules = createRuleRun(options.scene);
  const plates = createPlateBook();
  let origin: EventOrigin = { ...options, plates };
  let users = createRoadUsers(options.scene);
  let signals = createSignals(options.scene);
  let crowd = new MapCount(options.scene);
  let last:
    | { readonly time: FrameTime; readonly frame: RuleFrame; readonly found: readonly Body[] }
    | undefined;
  let verified = true;
  let hotList: readonly ListedPlate[] = [];

  const events = (observations: readonly Observation[], time: FrameTime, scene: Scene): PipelineEvent[] =>
    observations.map((observation) => buildEvent(observation, time, scene, origin));

  return {
    get scene() {
      return rules.scene;
    },
    get latest() {
      return last?.frame;
    },
    get quiet() {
      return tracker.empty;
    },
    see(sighting) {
      const { time } = sighting;
      const { scene } = rules;
      const misfit = misfitOf(sighting, scene);
      const fits = misfit === undefined;
      const health = (sighting.health?.notices ?? []).map((notice) =>
        healthObservation(scene.camera, notice),
      );
      if (fits !== verified) health.push(fitOf(misfit, time.tMs, scene));
      verified = fits;
      const lights = signals.step(time.tMs, time.captureMs, sighting.signals, sighting.sensed);
      health.push(...lights.notices.map((notice) => signalHealth(notice, time.tMs, scene)));
      const faces = sighting.faces ?? [];
      const found =
        faces.length === 0 ? sighting.detections : [...sighting.detections, ...faces.map(faceDetection)];
      const tracks = tracker.step(time.tMs, found);
      options.truth?.see(tracks);
      plates.step(time.tMs, tracks);
      if (sighting.plates !== undefined) plates.read(time.tMs, sighting.plates, platedVehicles(tracks));
      const frame: RuleFrame = {
        tMs: time.tMs,
        captureMs: time.captureMs,
        tracks,
        users: users.step(time.tMs, tracks, tracker.shift),
        signals: lights.readings,
        faces: candidates(faces, tracks),
        ...(hotList.length === 0 ? {} : { plates: candidatesAmong(tracks, plates, hotList, time.captureMs) }),
        counted: crowd.see(time.tMs, sighting.people),
        sceneVerified: fits,
        clock: clockState(time),
      };
      last = { time, frame, found };
      return events([...health, ...rules.step(frame)], time, scene);
    },
    changeScene(scene) {
      const before = rules.scene;
      const closed = rules.changeScene(scene, last?.time.tMs ?? 0);
      users = createRoadUsers(scene);
      signals = createSignals(scene);
      crowd = new MapCount(scene);
      return last === undefined ? [] : events(closed, last.time, before);
    },
    readPlates: (tMs, readings, vehicles) => plates.read(tMs, readings, vehicles),
    plateOf: (trackId) => plates.plateOf(trackId),
    setHotList(list) {
      hotList = list;
    },
    changeModels(modelHashes) {
      origin = { ...origin, modelHashes };
    },
    finish: () => (last === undefined ? [] : events(rules.close(last.time.tMs), last.time, rules.scene)),
    live: (fps, dropped) =>
      last === undefined
        ? undefined
        : liveOf(options.camera, last.time, last.frame, rules.scene, rules.totals(), fps, dropped),
    bodies: () => (last === undefined ? [] : [...last.found, ...last.frame.tracks]),
    snapshot: () => ({
      tMs: last?.time.tMs ?? 0,
      rules: rules.snapshot(),
      tracker: tracker.snapshot(),
    }),
    restore(snapshot) {
      rules.restore(snapshot.rules);
      tracker.restore(snapshot.tracker);
    },
  };
}

/** What the loop needs of a detector; the inference pool is one. */
export interface FrameDetector {
  detect(
    frame: Frame,
    smallIndex: number,
    picture: { readonly width: number; readonly height: number },
  ): Promise<readonly Detection[]>;
  faces?(
    frame: Frame,
    smallIndex: number,
    picture: { readonly width: number; readonly height: number },
  ): Promise<readonly FaceObservation[]>;
  people?(
    frame: Frame,
    smallIndex: number,
    picture: { readonly width: number; readonly height: number },
  ): Promise<PeopleMap | undefined>;
  plates?: PlateEye["plates"];
}

export interface PipelineLoop {
  readonly pipeline: Pipeline;
  readonly source: FrameSource;
  readonly detector: FrameDetector;
  /** Which of the frame's small pictures road users, faces and people's density are looked for in; absent: not at all. */
  readonly smallIndex: { readonly detect?: number; readonly faces?: number; readonly people?: number };
  /** Spares frames in which nothing happens; absent: every frame is analysed. */
  readonly gate?: ActivityGate;
  /** Looks after the picture itself; absent: nobody does. */
  readonly health?: PictureHealth;
  /** Reads the signals whose lamps this camera sees; absent: nobody does. */
  readonly lamps?: LampWatch;
  /** Reads plates of vehicles; absent: nobody does. */
  readonly plates?: PlateWatch;
  /** What signal controllers say now; absent: none is heard. */
  controllers?(): SensedSignals["controllers"];
  /** Takes the events of one frame, which is still readable; the loop waits for it. */
  onEvents(events: readonly PipelineEvent[], frame: Frame): void | Promise<void>;
  /** Every frame once it was seen and its events were taken, still readable; the loop waits for it. */
  onFrame?(frame: Frame): void | Promise<void>;
  /** About once a second of media time, with the frame still readable. */
  onLive?(live: Live, frame: Frame): void | Promise<void>;
  /** A frame that could not be analysed; without this the loop ends with the error. */
  onFrameError?(error: unknown): void;
  readonly signal: AbortSignal;
}

/** Runs until the source ends or the signal aborts. Every frame is released here. */
export async function runPipeline(loop: PipelineLoop): Promise<void> {
  const { pipeline, source } = loop;
  let shownMs = Number.NEGATIVE_INFINITY;
  let seen = 0;
  for await (const frame of source.frames(loop.signal)) {
    try {
      const wanted = isWanted(loop, frame);
      const sighting = await look(loop, frame, wanted);
      if (sighting === undefined) continue;
      seen++;
      const events = pipeline.see(sighting);
      loop.gate?.saw(frame.time.tMs, wanted, pipeline.quiet, loop.health?.settled ?? true);
      if (loop.gate !== undefined) source.rest?.(loop.gate.resting);
      if (events.length > 0) await loop.onEvents(events, frame);
      await loop.plates?.look(frame, pipeline);
      await loop.onFrame?.(frame);
      const { tMs } = frame.time;
      if (tMs - shownMs < 1000) continue;
      const fps = shownMs === Number.NEGATIVE_INFINITY ? 0 : (seen * 1000) / (tMs - shownMs);
      const live = pipeline.live(fps, source.dropped);
      shownMs = tMs;
      seen = 0;
      if (live !== undefined) await loop.onLive?.(live, frame);
    } finally {
      frame.release();
    }
  }
}

function isWanted({ gate, pipeline }: PipelineLoop, frame: Frame): boolean {
  const small = frame.small[0];
  return gate === undefined || small === undefined || gate.wants(frame.time.tMs, small, pipeline.quiet);
}

/**
 * Detections and faces of one frame, both at once; undefined where the detector failed and the caller wants to go on.
 * Of a frame that is not wanted only the health of its picture.
 */
async function look(loop: PipelineLoop, frame: Frame, wanted: boolean): Promise<Sighting | undefined> {
  const { pipeline, detector } = loop;
  const smallIndex = wanted ? loop.smallIndex : {};
  const { picture } = pipeline.scene;
  try {
    const size = loop.source.picture;
    const [detections, faces, people, health, lamps] = await Promise.all([
      smallIndex.detect === undefined ? [] : detector.detect(frame, smallIndex.detect, picture),
      smallIndex.faces === undefined ? [] : (detector.faces?.(frame, smallIndex.faces, picture) ?? []),
      smallIndex.people === undefined ? undefined : detector.people?.(frame, smallIndex.people, picture),
      size === undefined ? undefined : loop.health?.look(frame, size, pipeline.scene.hash),
      size === undefined ? undefined : loop.lamps?.look(frame, size, pipeline.scene),
    ]);
    return {
      time: frame.time,
      detections,
      faces,
      people,
      ...(size === undefined ? {} : { picture: size }),
      ...(health === undefined ? {} : { health }),
      sensed: {
        ...(lamps === undefined ? {} : { lamps }),
        ...(loop.controllers === undefined ? {} : { controllers: loop.controllers() ?? new Map() }),
      },
    };
  } catch (error) {
    if (loop.onFrameError === undefined || loop.signal.aborted) throw error;
    loop.onFrameError(error);
    return undefined;
  }
}

function faceDetection(face: FaceObservation): Detection {
  return { box: face.box, class: "face", confidence: face.confidence };
}

/** Faces with a candidate, tied to the track that their box supported in this frame. */
function candidates(faces: readonly FaceObservation[], tracks: readonly Track[]): RuleFrame["faces"] {
  return faces.flatMap((face) => {
    const track =
      face.candidate === undefined ? undefined : tracks.find(({ detected }) => detected === face.box);
    const candidate = track === undefined ? undefined : candidateOf(face, track.id);
    return candidate === undefined ? [] : [candidate];
  });
}

function clockState(time: FrameTime): RuleFrame["clock"] {
  if (time.method === "media") return "known";
  if (time.uncertaintyMs === undefined) return "unknown";
  return time.uncertaintyMs <= CLOCK_LIMIT_MS ? "known" : "beyond-limit";
}

function signalHealth({ signal, state, cause }: SignalNotice, tMs: number, scene: Scene): Observation {
  return {
    type: "vn.ngatu.health.v1",
    subject: `${scene.camera}/signal/${signal}`,
    tMs,
    data: {
      component: "camera",
      name: signal,
      state,
      t_ms: tMs,
      ...(cause === undefined ? {} : { cause }),
    },
  };
}
