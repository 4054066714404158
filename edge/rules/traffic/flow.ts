// Flow in a lane, reported at regular times: counts by class, speed, headway, occupancy, queue and level of service.
import type { RuleConfig } from "../../../config/rule.ts";
import type { Scene } from "../../scene/scene.ts";
import { NO_TRACKS, type PerTrack, stepPerTrack } from "../per-track.ts";
import { contains } from "../../geometry/polygon.ts";
import { isVehicle } from "../road-user.ts";
import type { Observation, Rule } from "../rule.ts";
import { alongLane, laneWay, type LaneWay } from "./lane-way.ts";
import { levelOfService, pcuOf } from "./level-of-service.ts";
import { queueOf, vehiclesIn } from "./queued.ts";

/** Length of one report. */
const EVERY_S = 60;
/** A vehicle has passed once it was this far before the lane's middle and is this far behind it: boxes shake. */
const CLEAR_M = 0.5;
/** Half length of the stretch round the middle whose occupancy is measured, metres. */
const SECTION_M = 2;
/** Between two frames further apart nothing is known. */
const BLIND_MS = 2000;

/** Sums of the running report. */
interface Sums {
  readonly counts: Readonly<Record<string, number>>;
  readonly speedSum: number;
  readonly speeds: number;
  readonly headwayMs: number;
  readonly headways: number;
  readonly occupiedMs: number;
  readonly observedMs: number;
  /** Passenger car units in the lane, times time. */
  readonly pcuMs: number;
  readonly queueVehicles: number;
  readonly queueM: number;
}

interface FlowState {
  readonly fromMs: number;
  readonly lastMs: number;
  readonly passedMs?: number;
  /** Side of the lane's middle on which a track was last clear of it: −1 before, 1 behind; counted tracks are 2. */
  readonly tracks: PerTrack<-1 | 0 | 1 | 2>;
  readonly sums: Sums;
}

const NO_SUMS: Sums = {
  counts: {},
  speedSum: 0,
  speeds: 0,
  headwayMs: 0,
  headways: 0,
  occupiedMs: 0,
  observedMs: 0,
  pcuMs: 0,
  queueVehicles: 0,
  queueM: 0,
};
const START: FlowState = { fromMs: -1, lastMs: -1, tracks: NO_TRACKS, sums: NO_SUMS };

export const flow: Rule<FlowState, "flow"> = {
  kind: "flow",
  version: 1,
  needs: (config) => [
    { kind: "lane", name: config.lane, key: "lane" },
    { kind: "ground", key: "lane" },
  ],
  initial: () => START,

  step(state, frame, config, scene) {
    const lane = scene.lanes.get(config.lane);
    const way = lane === undefined ? undefined : laneWay(lane, scene);
    if (lane === undefined || way === undefined) return { state, observations: [] };
    const due = state.fromMs >= 0 && frame.tMs - state.fromMs >= (config.every_s ?? EVERY_S) * 1000;
    const observations = due ? [report(state, frame.tMs, config, scene, way)] : [];
    const before = due ? NO_SUMS : state.sums;
    let { counts, speedSum, speeds, headwayMs, headways } = before;
    let { passedMs } = state;
    const tracks = stepPerTrack<-1 | 0 | 1 | 2>(state.tracks, frame.users, (user, known) => {
      if (known === 2 || !user.located || !isVehicle(user)) return known;
      if (!contains(lane.polygon, user.foot)) return known;
      const beyond = alongLane(way, user.place) - way.middleM;
      if (Math.abs(beyond) < CLEAR_M) return known ?? 0;
      const side = beyond > 0 ? 1 : -1;
      if (known === undefined || known === 0 || known === side) return side;
      const { class: name } = user.track;
      counts = { ...counts, [name]: (counts[name] ?? 0) + 1 };
      if (user.speedMs !== undefined) {
        speedSum += user.speedMs;
        speeds++;
      }
      if (passedMs !== undefined) {
        headwayMs += frame.tMs - passedMs;
        headways++;
      }
      passedMs = frame.tMs;
      return 2;
    });
    const vehicles = vehiclesIn(lane, frame);
    const queue = queueOf(vehicles, way);
    const elapsedMs = state.lastMs < 0 || frame.tMs - state.lastMs > BLIND_MS ? 0 : frame.tMs - state.lastMs;
    const occupied = vehicles.some((user) => Math.abs(alongLane(way, user.place) - way.middleM) < SECTION_M);
    const pcu = vehicles.reduce((sum, user) => sum + pcuOf(user.track.class), 0);
    const sums = {
      counts,
      speedSum,
      speeds,
      headwayMs,
      headways,
      occupiedMs: before.occupiedMs + (occupied ? elapsedMs : 0),
      observedMs: before.observedMs + elapsedMs,
      pcuMs: before.pcuMs + pcu * elapsedMs,
      queueVehicles: Math.max(before.queueVehicles, queue.vehicles),
      queueM: Math.max(before.queueM, queue.metres),
    };
    const fromMs = due || state.fromMs < 0 ? frame.tMs : state.fromMs;
    return {
      state: { fromMs, lastMs: frame.tMs, tracks, sums, ...(passedMs === undefined ? {} : { passedMs }) },
      observations,
    };
  },

  close(state, tMs, _reason, config, scene) {
    const lane = scene.lanes.get(config.lane);
    const way = lane === undefined ? undefined : laneWay(lane, scene);
    if (way === undefined || state.fromMs < 0) return { state: START, observations: [] };
    return { state: START, observations: [report(state, tMs, config, scene, way)] };
  },
};

function report(
  state: FlowState,
  tMs: number,
  config: RuleConfig<"flow">,
  scene: Scene,
  way: LaneWay,
): Observation {
  const { sums } = state;
  const vehicles = Object.values(sums.counts).reduce((sum, count) => sum + count, 0);
  const pcu = Object.entries(sums.counts).reduce((sum, [name, count]) => sum + count * pcuOf(name), 0);
  const observed = Math.max(1, sums.observedMs);
  const pcuPerKm = (sums.pcuMs / observed / (way.toM - way.fromM)) * 1000;
  return {
    type: "vn.ngatu.traffic.flow.v1",
    subject: `${scene.camera}/flow/${config.lane}`,
    tMs,
    data: {
      rule: "flow",
      lane: config.lane,
      minutes: (tMs - state.fromMs) / 60_000,
      counts: sums.counts,
      vehicles,
      pcu,
      ...(sums.speeds === 0 ? {} : { speed_kmh: (sums.speedSum / sums.speeds) * 3.6 }),
      ...(sums.headways === 0 ? {} : { headway_s: sums.headwayMs / sums.headways / 1000 }),
      occupancy: sums.occupiedMs / observed,
      pcu_per_km: pcuPerKm,
      queue_vehicles: sums.queueVehicles,
      queue_m: sums.queueM,
      level_of_service: levelOfService(pcuPerKm),
      because: { from_ms: state.fromMs, observed_ms: sums.observedMs },
    },
  };
}
