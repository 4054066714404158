// A vehicle of a class that its lane does not list.
import type { Rule } from "../rule.ts";
import { isVehicle } from "../road-user.ts";
import { breachOf } from "./case.ts";
import { NO_STAY, STAY_S, type StayState, stepStay } from "./stay.ts";

export const laneClass: Rule<StayState, "lane-class"> = {
  kind: "lane-class",
  version: 1,
  needs: (config) => [{ kind: "lane", name: config.lane, key: "lane" }],
  faults(config, camera) {
    const lane = camera.lanes?.find((candidate) => candidate.name === config.lane);
    return lane === undefined || lane.classes !== undefined
      ? []
      : [{ key: "lane", allowed: "a lane that lists its `classes`" }];
  },
  initial: () => NO_STAY,

  step(state, frame, config, scene) {
    const lane = scene.lanes.get(config.lane);
    const classes = lane?.classes;
    if (lane === undefined || classes === undefined) return { state, observations: [] };
    return stepStay(state, frame, {
      polygon: lane.polygon,
      minMs: (config.min_s ?? STAY_S) * 1000,
      applies: (user) => isVehicle(user) && !classes.includes(user.track.class),
      raise: (user, stay) =>
        breachOf(scene, {
          rule: "lane-class",
          user,
          tMs: frame.tMs,
          where: { lane: lane.name },
          because: { since_ms: stay.sinceMs, inside_ms: stay.ms, allowed: classes },
        }),
    });
  },
};
