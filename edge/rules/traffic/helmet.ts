// Helmets: no model that has been measured comes with the product, and the rule says so instead of guessing.
import type { Rule } from "../rule.ts";

interface HelmetState {
  readonly said: boolean;
}

/** One health event says that the rule is not watched; it raises nothing else. */
export const helmet: Rule<HelmetState, "helmet"> = {
  kind: "helmet",
  version: 1,
  needs: (config) => [{ kind: "lane", name: config.lane, key: "lane" }],
  initial: () => ({ said: false }),

  step(state, frame, _config, scene) {
    if (state.said) return { state, observations: [] };
    return {
      state: { said: true },
      observations: [
        {
          type: "vn.ngatu.health.v1",
          subject: `${scene.camera}/helmet`,
          tMs: frame.tMs,
          data: {
            component: "model",
            state: "missing",
            cause: "no helmet model: the rule helmet is not watched",
            t_ms: frame.tMs,
          },
        },
      ],
    };
  },
};
