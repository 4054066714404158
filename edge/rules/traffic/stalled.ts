// A vehicle that stands in a lane while traffic flows round it: it may have broken down.
import type { Rule } from "../rule.ts";
import { incidentOf } from "./case.ts";
import { NO_STANDING, type StandingState, stepStanding } from "./standing.ts";

/** Seconds it stands; raising it forgives who sets somebody down, lowering it reports them. */
const MAX_S = 20;

export const stalled: Rule<StandingState, "stalled"> = {
  kind: "stalled",
  version: 3,
  needs: (config) => [{ kind: "lane", name: config.lane, key: "lane" }],
  initial: () => NO_STANDING,

  step(state, frame, config, scene) {
    const lane = scene.lanes.get(config.lane);
    if (lane === undefined) return { state, observations: [] };
    const maxS = config.max_s ?? MAX_S;
    return stepStanding(
      state,
      frame,
      {
        zone: { name: lane.name, kind: "lane", polygon: lane.polygon },
        maxMs: maxS * 1000,
        forgivesQueue: true,
        raise: (user, sinceMs, { judgedMs, flowShare }) =>
          incidentOf(scene, {
            rule: "stalled",
            user,
            tMs: frame.tMs,
            where: { lane: lane.name },
            because: {
              standing_since_ms: sinceMs,
              max_s: maxS,
              judged_ms: judgedMs,
              flow_share: flowShare,
            },
          }),
      },
      scene,
    );
  },
};
