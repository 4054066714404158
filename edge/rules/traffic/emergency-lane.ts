// A vehicle in the emergency lane. Whether it had an emergency, or was one, the officer decides.
import type { Rule } from "../rule.ts";
import { isVehicle } from "../road-user.ts";
import { breachOf } from "./case.ts";
import { NO_STAY, STAY_S, type StayState, stepStay } from "./stay.ts";

export const emergencyLane: Rule<StayState, "emergency-lane"> = {
  kind: "emergency-lane",
  version: 1,
  needs: (config) => [{ kind: "zone", name: config.zone, key: "zone", kinds: ["emergency-lane"] }],
  initial: () => NO_STAY,

  step(state, frame, config, scene) {
    const zone = scene.zones.get(config.zone);
    if (zone === undefined) return { state, observations: [] };
    return stepStay(state, frame, {
      polygon: zone.polygon,
      minMs: (config.min_s ?? STAY_S) * 1000,
      applies: isVehicle,
      raise: (user, stay) =>
        breachOf(scene, {
          rule: "emergency-lane",
          user,
          tMs: frame.tMs,
          where: { zone: zone.name },
          because: { since_ms: stay.sinceMs, inside_ms: stay.ms },
        }),
    });
  },
};
