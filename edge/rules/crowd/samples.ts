// Crowd samples: how many people are in each crowd zone and what they do, every second for screens, every minute for history.
import type { Scene, SceneZone } from "../../scene/scene.ts";
import type { RoadUser } from "../road-user.ts";
import type { Observation, RuleFrame, Step } from "../rule.ts";
import { heatOf } from "./heat.ts";
import { crowdingOf, type DensityLevel, nextLevel } from "./level.ts";
import { countQuality, densityIn, peopleIn, personsIn } from "./people.ts";
import { movementOf, NO_STAYS, type Stays, stepStays } from "./stay.ts";
import { waitingLine } from "./waiting-line.ts";

interface ZoneSample {
  /** Counts of the running second's frames. */
  readonly counts: readonly number[];
  /** Of the running minute's seconds. */
  readonly sum: number;
  readonly seconds: number;
  readonly max: number;
  readonly stays: Stays;
  /** As the last sample said; absent without ground. */
  readonly level?: DensityLevel;
}

export interface SamplesState {
  readonly second: number;
  readonly zones: Readonly<Record<string, ZoneSample>>;
}

export const NO_SAMPLES: SamplesState = { second: -1, zones: {} };
const EMPTY: ZoneSample = { counts: [], sum: 0, seconds: 0, max: 0, stays: NO_STAYS };
/** Frames of one second that are kept for the median. */
const MAX_COUNTS = 60;

/**
 * Steps the samples of every crowd zone. `persons` is the median over the second's frames, so that one bad frame
 * does not show; speed, standing and cells are of the second's last frame. The sample at a whole minute is the durable
 * one and adds the minute's mean and greatest count and the stays that ended in it.
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
    const people = peopleIn(zone, frame);
    const counts = [...known.counts, personsIn(zone, frame)].slice(-MAX_COUNTS);
    if (!due) {
      zones[zone.name] = { ...known, counts };
      continue;
    }
    const persons = median(counts);
    const sum = known.sum + persons;
    const seconds = known.seconds + 1;
    const max = Math.max(known.max, persons);
    const stays = stepStays(known.stays, people, frame.tMs);
    const density = densityIn(zone, persons);
    const level = density === undefined ? undefined : nextLevel(known.level, density);
    const history = {
      persons_mean: sum / seconds,
      persons_max: max,
      ...(stays.ended === 0 ? {} : { stay_s: stays.endedS / stays.ended }),
    };
    observations.push({
      type: "vn.ngatu.crowd.sample.v1",
      subject: `${scene.camera}/${zone.name}`,
      tMs: frame.tMs,
      data: {
        ...sampleOf(zone, frame, persons, people, scene),
        ...waitingLine(people, stays, frame.tMs),
        ...countQuality(zone, frame, persons),
        ...(level === undefined ? {} : { level, crowding: crowdingOf(level) }),
        ...(minute ? history : {}),
      },
      ...(minute ? {} : { transient: true as const }),
    });
    zones[zone.name] = {
      ...(minute ? EMPTY : { counts: [], sum, seconds, max }),
      stays: minute ? { ...stays, ended: 0, endedS: 0 } : stays,
      ...(level === undefined ? {} : { level }),
    };
  }
  return { state: { second, zones }, observations };
}

function sampleOf(
  zone: SceneZone,
  frame: RuleFrame,
  persons: number,
  people: readonly RoadUser[],
  scene: Scene,
): Readonly<Record<string, unknown>> {
  const density = densityIn(zone, persons);
  const cells = heatOf(zone, frame.counted?.get(zone.name)?.spots ?? people, scene);
  return {
    zone: zone.name,
    t_ms: frame.tMs,
    persons,
    ...(density === undefined ? {} : { density }),
    ...(zone.capacity === undefined ? {} : { capacity: zone.capacity, occupancy: persons / zone.capacity }),
    ...movementOf(people, frame.tMs),
    ...(cells === undefined ? {} : { cells }),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
