// Traffic in a lane that has not moved for longer than any red light lasts: an incident that opens and closes.
import type { RuleConfig } from "../../../config/rule.ts";
import type { Scene } from "../../scene/scene.ts";
import { heldMs, type Hold, hold, NOT_HELD } from "../hold.ts";
import type { Observation, Rule } from "../rule.ts";
import { CREEPING_MS, isQueueing, vehiclesIn } from "./queued.ts";

/** How long it must hold; below the length of a red light, every queue is a congestion. */
const HOLD_S = 120;
/** Vehicles it takes, and the share of them that queue. */
const VEHICLES = 4;
const SHARE = 0.7;
/** It is over once traffic has moved for this long. */
const CLEAR_MS = 10_000;

interface CongestionState {
  readonly slow: Hold;
  readonly clear: Hold;
  readonly openedMs?: number;
}

export const congestion: Rule<CongestionState, "congestion"> = {
  kind: "congestion",
  version: 1,
  needs: (config) => [{ kind: "lane", name: config.lane, key: "lane" }],
  initial: () => ({ slow: NOT_HELD, clear: NOT_HELD }),

  step(state, frame, config, scene) {
    const lane = scene.lanes.get(config.lane);
    if (lane === undefined) return { state, observations: [] };
    const vehicles = vehiclesIn(lane, frame);
    const queueing = vehicles.filter(isQueueing).length;
    const jammed = vehicles.length >= VEHICLES && queueing >= SHARE * vehicles.length;
    const slow = hold(state.slow, frame.tMs, jammed);
    const clear = hold(state.clear, frame.tMs, !jammed);
    const { openedMs } = state;
    const seen = { vehicles: vehicles.length, queueing, slower_than_ms: CREEPING_MS };
    if (openedMs === undefined) {
      const holdMs = (config.hold_s ?? HOLD_S) * 1000;
      if (!jammed || heldMs(slow, frame.tMs) < holdMs) return { state: { slow, clear }, observations: [] };
      const because = { ...seen, since_ms: slow.sinceMs ?? frame.tMs, hold_ms: holdMs };
      const opened = observe("opened", frame.tMs, because, config, scene);
      return { state: { slow, clear, openedMs: frame.tMs }, observations: [opened] };
    }
    if (heldMs(clear, frame.tMs) < CLEAR_MS) return { state: { slow, clear, openedMs }, observations: [] };
    const closed = observe("closed", frame.tMs, { ...seen, opened_ms: openedMs }, config, scene);
    return { state: { slow, clear }, observations: [closed] };
  },

  close(state, tMs, reason, config, scene) {
    if (state.openedMs === undefined || reason === "end") return { state, observations: [] };
    const closed = observe("closed", tMs, { opened_ms: state.openedMs, reason }, config, scene);
    return { state: { slow: NOT_HELD, clear: NOT_HELD }, observations: [closed] };
  },
};

function observe(
  state: "opened" | "closed",
  tMs: number,
  because: Readonly<Record<string, unknown>>,
  config: RuleConfig<"congestion">,
  scene: Scene,
): Observation {
  return {
    type: "vn.ngatu.incident.v1",
    subject: `${scene.camera}/congestion/${config.lane}`,
    tMs,
    data: { rule: "congestion", lane: config.lane, state, because },
  };
}
