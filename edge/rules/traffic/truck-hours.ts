// A truck in a lane at hours closed to trucks.
import { withinHours } from "../hours.ts";
import type { Rule } from "../rule.ts";
import { breachOf } from "./case.ts";
import { NO_STAY, STAY_S, type StayState, stepStay } from "./stay.ts";

export const truckHours: Rule<StayState, "truck-hours"> = {
  kind: "truck-hours",
  version: 1,
  needs: (config) => [{ kind: "lane", name: config.lane, key: "lane" }],
  initial: () => NO_STAY,

  step(state, frame, config, scene) {
    const lane = scene.lanes.get(config.lane);
    if (lane === undefined) return { state, observations: [] };
    const closed = withinHours(config.hours, frame.captureMs);
    return stepStay(state, frame, {
      polygon: lane.polygon,
      minMs: (config.min_s ?? STAY_S) * 1000,
      applies: (user) => closed && user.track.class === "truck",
      raise: (user, stay) =>
        breachOf(scene, {
          rule: "truck-hours",
          user,
          tMs: frame.tMs,
          where: { lane: lane.name },
          because: { since_ms: stay.sinceMs, inside_ms: stay.ms, hours: config.hours },
        }),
    });
  },
};
