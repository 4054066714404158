// Crowd samples: how many people are in each crowd zone, every second for screens and every minute for history.
import type { Scene, SceneZone } from "../../scene/scene.ts";
import type { Observation, RuleFrame, Step } from "../rule.ts";
import { densityIn, peopleIn } from "./people.ts";

interface ZoneSample {
  /** Counts of the running second's frames. */
  readonly counts: readonly number[];
  /** Of the running minute's seconds. */
  readonly sum: number;
  readonly seconds: number;
  readonly max: number;
}

export interface SamplesState {
  readonly second: number;
  readonly zones: Readonly<Record<string, ZoneSample>>;
}

export const NO_SAMPLES: SamplesState = { second: -1, zones: {} };
const EMPTY: ZoneSample = { counts: [], sum: 0, seconds: 0, max: 0 };
/** Frames of one second that are kept for the median. */
const MAX_COUNTS = 60;

/**
 * Steps the samples of every crowd zone. `persons` is the median over the second's frames, so that one bad frame
 * does not show. The sample at a whole minute is the durable one and adds the minute's mean and greatest count.
 */
export function stepSamples(state: SamplesState, frame: RuleFrame, scene: Scene): Step<SamplesState> {
  const second = Math.floor(frame.tMs / 1000);
  const due = state.second >= 0 && second !== state.second;
  const minute = Math.floor(second / 60) !== Math.floor(state.second / 60);
  const observations: Observation[] = [];
  const zones: Record<string, ZoneSample> = {};
  for (const zone of scene.zones.values()) {
    if (zone.kind !== "crowd") continue;
    const known = state.zones[zone.name] ?? EMPTY;
    const counts = [...known.counts, peopleIn(zone, frame).length].slice(-MAX_COUNTS);
    if (!due) {
      zones[zone.name] = { ...known, counts };
      continue;
    }
    const persons = median(counts);
    const sum = known.sum + persons;
    const seconds = known.seconds + 1;
    const max = Math.max(known.max, persons);
    const history = minute ? { persons_mean: sum / seconds, persons_max: max } : {};
    observations.push(sampleOf(zone, frame.tMs, persons, scene, history, minute));
    zones[zone.name] = minute ? EMPTY : { counts: [], sum, seconds, max };
  }
  return { state: { second, zones }, observations };
}

function sampleOf(
  zone: SceneZone,
  tMs: number,
  persons: number,
  scene: Scene,
  history: Readonly<Record<string, number>>,
  durable: boolean,
): Observation {
  const density = densityIn(zone, persons);
  return {
    type: "vn.ngatu.crowd.sample.v1",
    subject: `${scene.camera}/${zone.name}`,
    tMs,
    data: {
      zone: zone.name,
      t_ms: tMs,
      persons,
      ...(density === undefined ? {} : { density }),
      ...history,
    },
    ...(durable ? {} : { transient: true as const }),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
