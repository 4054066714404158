// The queue in a lane, reported at regular times: its greatest length and the present one.
import type { RuleConfig } from "../../../config/rule.ts";
import type { Scene } from "../../scene/scene.ts";
import type { Observation, Rule } from "../rule.ts";
import { laneWay } from "./lane-way.ts";
import { queueOf, vehiclesIn } from "./queued.ts";

/** Length of one report. */
const EVERY_S = 60;

interface QueueState {
  readonly fromMs: number;
  readonly maxVehicles: number;
  readonly maxMetres: number;
  readonly vehicles: number;
  readonly metres: number;
}

const START: QueueState = { fromMs: -1, maxVehicles: 0, maxMetres: 0, vehicles: 0, metres: 0 };

export const queue: Rule<QueueState, "queue"> = {
  kind: "queue",
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
    const everyMs = (config.every_s ?? EVERY_S) * 1000;
    const due = state.fromMs >= 0 && frame.tMs - state.fromMs >= everyMs;
    const observations = due ? [report(state, frame.tMs, config, scene)] : [];
    const { vehicles, metres } = queueOf(vehiclesIn(lane, frame), way);
    const begun = due || state.fromMs < 0;
    return {
      state: {
        fromMs: begun ? frame.tMs : state.fromMs,
        maxVehicles: Math.max(begun ? 0 : state.maxVehicles, vehicles),
        maxMetres: Math.max(begun ? 0 : state.maxMetres, metres),
        vehicles,
        metres,
      },
      observations,
    };
  },

  close(state, tMs, _reason, config, scene) {
    const observations = state.fromMs < 0 ? [] : [report(state, tMs, config, scene)];
    return { state: START, observations };
  },
};

function report(state: QueueState, tMs: number, config: RuleConfig<"queue">, scene: Scene): Observation {
  return {
    type: "vn.ngatu.traffic.flow.v1",
    subject: `${scene.camera}/queue/${config.lane}`,
    tMs,
    data: {
      rule: "queue",
      lane: config.lane,
      minutes: (tMs - state.fromMs) / 60_000,
      queue_vehicles: state.maxVehicles,
      queue_m: state.maxMetres,
      because: { from_ms: state.fromMs, now_vehicles: state.vehicles, now_m: state.metres },
    },
  };
}
