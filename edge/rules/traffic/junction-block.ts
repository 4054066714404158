// A vehicle that stands in the junction box: whoever cannot leave it may not enter.
import type { Rule } from "../rule.ts";
import { breachOf } from "./case.ts";
import { NO_STANDING, type StandingState, stepStanding } from "./standing.ts";

export const junctionBlock: Rule<StandingState, "junction-block"> = {
  kind: "junction-block",
  version: 3,
  needs: (config) => [{ kind: "zone", name: config.zone, key: "zone", kinds: ["junction-box"] }],
  initial: () => NO_STANDING,

  step(state, frame, config, scene) {
    const zone = scene.zones.get(config.zone);
    if (zone === undefined) return { state, observations: [] };
    return stepStanding(
      state,
      frame,
      {
        zone,
        maxMs: config.max_s * 1000,
        forgivesQueue: false,
        raise: (user, sinceMs) =>
          breachOf(scene, {
            rule: "junction-block",
            user,
            tMs: frame.tMs,
            where: { zone: zone.name },
            because: { standing_since_ms: sinceMs, max_s: config.max_s },
          }),
      },
      scene,
    );
  },
};
