// Every rule kind in force. A kind of the schema that is missing here is refused when a scene is built.
import type { RuleKind } from "../../config/rule.ts";
import { crowdOver } from "./crowd/crowd-over.ts";
import { counterFlow } from "./crowd/counter-flow.ts";
import { crowdDensity } from "./crowd/crowd-density.ts";
import { crowdDispersal } from "./crowd/crowd-dispersal.ts";
import { crowdSurge } from "./crowd/crowd-surge.ts";
import { flowBlocked } from "./crowd/flow-blocked.ts";
import { gathering } from "./crowd/gathering.ts";
import { loitering } from "./crowd/loitering.ts";
import { watchListRule } from "./face/watch-list.ts";
import type { Rule } from "./rule.ts";
import { emergencyLane } from "./traffic/emergency-lane.ts";
import { junctionBlock } from "./traffic/junction-block.ts";
import { laneClass } from "./traffic/lane-class.ts";
import { lineCount } from "./traffic/line-count.ts";
import { pedestrian } from "./traffic/pedestrian.ts";
import { redLight } from "./traffic/red-light.ts";
import { riders } from "./traffic/riders.ts";
import { sidewalk } from "./traffic/sidewalk.ts";
import { solidLine } from "./traffic/solid-line.ts";
import { stopLine } from "./traffic/stop-line.ts";
import { stopping } from "./traffic/stopping.ts";
import { truckHours } from "./traffic/truck-hours.ts";
import { congestion } from "./traffic/congestion.ts";
import { flow } from "./traffic/flow.ts";
import { helmet } from "./traffic/helmet.ts";
import { queue } from "./traffic/queue.ts";
import { speed } from "./traffic/speed.ts";
import { stalled } from "./traffic/stalled.ts";
import { yieldRule } from "./traffic/yield.ts";
import { turn } from "./traffic/turn.ts";
import { wrongWay } from "./traffic/wrong-way.ts";

/** A rule of any kind; its state and configuration are its own affair and only ever handed back to it. */
export type AnyRule = Rule;

const RULES: ReadonlyMap<RuleKind, AnyRule> = new Map(
  [
    crowdOver,
    emergencyLane,
    junctionBlock,
    laneClass,
    lineCount,
    pedestrian,
    redLight,
    riders,
    sidewalk,
    solidLine,
    stopLine,
    stopping,
    truckHours,
    turn,
    watchListRule,
    wrongWay,
    counterFlow,
    crowdDensity,
    crowdDispersal,
    crowdSurge,
    flowBlocked,
    gathering,
    loitering,
    congestion,
    flow,
    helmet,
    queue,
    speed,
    stalled,
    yieldRule,
  ].map((rule) => [rule.kind, rule as unknown as AnyRule]),
);

/** The rule of a kind, or undefined when this release has none. */
export function ruleOf(kind: RuleKind): AnyRule | undefined {
  return RULES.get(kind);
}
