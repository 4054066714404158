// A vehicle that stops where it may not, while traffic flows past.
import type { Rule } from "../rule.ts";
import { breachOf } from "./case.ts";
import { NO_STANDING, type StandingState, stepStanding } from "./standing.ts";

export const stopping: Rule<StandingState, "stopping"> = {
  kind: "stopping",
  version: 3,
  needs: (config) => [
    {
      kind: "zone",
      name: config.zone,
      key: "zone",
      kinds: ["no-stopping", "junction-box", "sidewalk", "carriageway", "crosswalk", "emergency-lane"],
    },
  ],
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
        forgivesQueue: true,
        raise: (user, sinceMs, { judgedMs, flowShare }) =>
          breachOf(scene, {
            rule: "stopping",
            user,
            tMs: frame.tMs,
            where: { zone: zone.name },
            because: {
              standing_since_ms: sinceMs,
              max_s: config.max_s,
              judged_ms: judgedMs,
              flow_share: flowShare,
            },
          }),
      },
      scene,
    );
  },
};
