// How far counts over a line, and a lane's volume, speed and queue, are from what truly passed and stood there.
import { existsSync, readFileSync } from "node:fs";
import Type, { type Static } from "typebox";
import { Compile } from "typebox/compile";

const Count = Type.Object({
  line: Type.String(),
  class: Type.String(),
  direction: Type.String(),
  total: Type.Integer({ minimum: 0 }),
});
const Truth = Type.Object({
  counts: Type.Array(Count),
  flow: Type.Object({
    lane: Type.String(),
    vehicles: Type.Integer({ minimum: 0 }),
    speed_kmh: Type.Optional(Type.Number()),
  }),
  queue: Type.Object({
    lane: Type.String(),
    vehicles: Type.Integer({ minimum: 0 }),
    metres: Type.Number({ minimum: 0 }),
  }),
});
const validator = Compile(Truth);

/** What truly passed and stood: volumes.json of a scenario folder. */
export type TrueVolumes = Static<typeof Truth>;

/** The data of a `count` or `traffic.flow` event, as far as it is judged. */
export interface VolumeClaim {
  readonly rule: string;
  readonly line?: string;
  readonly lane?: string;
  readonly class?: string;
  readonly direction?: string;
  readonly total?: number;
  readonly vehicles?: number;
  readonly speed_kmh?: number;
  readonly queue_vehicles?: number;
  readonly queue_m?: number;
}

/** A volumes file that is not what it should be. */
export class VolumesFileError extends Error {
  override readonly name = "VolumesFileError";
}

/** Reads volumes.json beside a scenario; undefined where it is absent. Throws {@link VolumesFileError}. */
export function readVolumes(file: string): TrueVolumes | undefined {
  if (!existsSync(file)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new VolumesFileError(`${file}: not JSON`, { cause });
  }
  if (validator.Check(value)) return value;
  const [first] = validator.Errors(value);
  throw new VolumesFileError(`${file}: ${first?.instancePath ?? ""} ${first?.message ?? "no volumes"}`);
}

/** Sums over scenes. `error`: sum of absolute differences over the sum of true values. */
export interface VolumeScores {
  /** Per scene, class and direction. */
  readonly line_count: {
    readonly true: number;
    readonly counted: number;
    readonly missed: number;
    readonly over: number;
    readonly error: number;
  };
  /** Vehicles that passed a lane's middle; `speed_kmh_error` is the mean absolute error of a report's mean speed. */
  readonly flow: {
    readonly true: number;
    readonly counted: number;
    readonly error: number;
    readonly speed_kmh_error: number;
  };
  /** The longest queue of a scene. */
  readonly queue: {
    readonly vehicles_true: number;
    readonly vehicles_error: number;
    readonly metres_true: number;
    readonly metres_error: number;
  };
}

/** Pairs of true and claimed values. */
interface Pairs {
  true: number;
  claimed: number;
  missed: number;
  over: number;
}

export interface VolumeTally {
  add(truth: TrueVolumes, claims: readonly VolumeClaim[]): void;
  /** Undefined before any scene with volumes. */
  scores(): VolumeScores | undefined;
}

export function createVolumeTally(): VolumeTally {
  const [line, flow, vehicles, metres] = [noPairs(), noPairs(), noPairs(), noPairs()];
  let scenes = 0;
  let speedError = 0;
  let speeds = 0;
  return {
    add(truth, claims) {
      scenes++;
      const keyOf = (count: { line?: string; class?: string; direction?: string }): string =>
        `${count.line ?? ""}/${count.class ?? ""}/${count.direction ?? ""}`;
      const real = new Map(truth.counts.map((count) => [keyOf(count), count.total]));
      const counted = new Map<string, number>();
      // The last event of each line, class and direction carries its final total.
      for (const claim of claims) {
        if (claim.rule === "line-count") counted.set(keyOf(claim), claim.total ?? 0);
      }
      for (const key of new Set([...real.keys(), ...counted.keys()])) {
        pair(line, real.get(key) ?? 0, counted.get(key) ?? 0);
      }
      const flows = claims.filter(({ rule, lane }) => rule === "flow" && lane === truth.flow.lane);
      pair(flow, truth.flow.vehicles, sumOf(flows.map((claim) => claim.vehicles ?? 0)));
      const [only] = flows;
      if (flows.length === 1 && only?.speed_kmh !== undefined && truth.flow.speed_kmh !== undefined) {
        speedError += Math.abs(only.speed_kmh - truth.flow.speed_kmh);
        speeds++;
      }
      const queues = claims.filter(({ rule, lane }) => rule === "queue" && lane === truth.queue.lane);
      pair(vehicles, truth.queue.vehicles, Math.max(0, ...queues.map((claim) => claim.queue_vehicles ?? 0)));
      pair(metres, truth.queue.metres, Math.max(0, ...queues.map((claim) => claim.queue_m ?? 0)));
    },
    scores: () =>
      scenes === 0
        ? undefined
        : {
            line_count: {
              true: line.true,
              counted: line.claimed,
              missed: line.missed,
              over: line.over,
              error: errorOf(line),
            },
            flow: {
              true: flow.true,
              counted: flow.claimed,
              error: errorOf(flow),
              speed_kmh_error: speeds === 0 ? 0 : speedError / speeds,
            },
            queue: {
              vehicles_true: vehicles.true / scenes,
              vehicles_error: errorOf(vehicles),
              metres_true: metres.true / scenes,
              metres_error: errorOf(metres),
            },
          },
  };
}

function noPairs(): Pairs {
  return { true: 0, claimed: 0, missed: 0, over: 0 };
}

function pair(pairs: Pairs, real: number, claimed: number): void {
  pairs.true += real;
  pairs.claimed += claimed;
  pairs.missed += Math.max(0, real - claimed);
  pairs.over += Math.max(0, claimed - real);
}

function errorOf(pairs: Pairs): number {
  return pairs.true === 0 ? 0 : (pairs.missed + pairs.over) / pairs.true;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
