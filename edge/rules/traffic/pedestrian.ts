// A person on foot on the carriageway: an incident, since somebody may need help.
import { contains } from "../../geometry/polygon.ts";
import { isPedestrian } from "../road-user.ts";
import type { Rule } from "../rule.ts";
import { incidentOf } from "./case.ts";
import { NO_STAY, STAY_S, type StayState, stepStay } from "./stay.ts";

/** Whoever is faster rides something that the detector does not see. */
const FASTEST_ON_FOOT_MS = 4;

/** Crosswalks of the scene are left out of the zone: crossing there is lawful. */
export const pedestrian: Rule<StayState, "pedestrian"> = {
  kind: "pedestrian",
  version: 1,
  needs: (config) => [
    {
      kind: "zone",
      name: config.zone,
      key: "zone",
      kinds: ["carriageway", "junction-box", "emergency-lane"],
    },
  ],
  initial: () => NO_STAY,

  step(state, frame, config, scene) {
    const zone = scene.zones.get(config.zone);
    if (zone === undefined) return { state, observations: [] };
    const crosswalks = [...scene.zones.values()].filter((other) => other.kind === "crosswalk");
    return stepStay(state, frame, {
      polygon: zone.polygon,
      minMs: (config.min_s ?? STAY_S) * 1000,
      applies: (user) => isPedestrian(user) && (user.speedMs ?? 0) < FASTEST_ON_FOOT_MS,
      inside: (user) => !crosswalks.some((crosswalk) => contains(crosswalk.polygon, user.foot)),
      raise: (user, stay) =>
        incidentOf(scene, {
          rule: "pedestrian",
          user,
          tMs: frame.tMs,
          where: { zone: zone.name },
          because: { since_ms: stay.sinceMs, inside_ms: stay.ms },
        }),
    });
  },
};
