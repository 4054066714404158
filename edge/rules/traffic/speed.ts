// Speed along a lane, with its error. A picture is no verified meter: what it says stays an observation.
import { contains } from "../../geometry/polygon.ts";
import { NO_TRACKS, type PerTrack, stepPerTrack } from "../per-track.ts";
import { isVehicle } from "../road-user.ts";
import type { Observation, Rule } from "../rule.ts";
import { breachOf } from "./case.ts";
import { alongLane } from "./lane-way.ts";

/** Tolerated over the limit, km/h (FORMATS §7). */
const MARGIN_KMH = 5;
/** Path and time that must have been measured; raising them sharpens the speed and misses short lanes. */
const MIN_M = 8;
const MIN_MS = 600;
const MIN_FRAMES = 6;
/** The error's half width in standard errors; and the share that calibration and the height of the box's foot add. */
const STANDARD_ERRORS = 2;
const SCALE_ERROR = 0.02;
/** Who is slower than this share of the limit is not measured. */
const MEASURED_FROM = 0.8;
/** A box that jumped is another vehicle: nobody drives faster, m/s. */
const FASTEST_MS = 60;

/** Sums of a least-squares line of metres over seconds, both from the first sight. */
interface Run {
  readonly fromMs: number;
  readonly fromM: number;
  readonly lastMs: number;
  readonly lastM: number;
  readonly n: number;
  readonly t: number;
  readonly m: number;
  readonly tt: number;
  readonly tm: number;
  readonly mm: number;
  readonly raised?: boolean;
}

interface SpeedState {
  readonly tracks: PerTrack<Run>;
}

export const speed: Rule<SpeedState, "speed"> = {
  kind: "speed",
  version: 2,
  needs: (config) => [
    { kind: "lane", name: config.lane, key: "lane" },
    { kind: "ground", key: "lane" },
  ],
  faults(config, camera) {
    const lane = camera.lanes?.find((candidate) => candidate.name === config.lane);
    return lane === undefined || lane.speed_limit_kmh !== undefined
      ? []
      : [{ key: "lane", allowed: "a lane with a `speed_limit_kmh`" }];
  },
  initial: () => ({ tracks: NO_TRACKS }),

  step(state, frame, config, scene) {
    const lane = scene.lanes.get(config.lane);
    const direction = lane?.directionGround;
    const limitKmh = lane?.speedLimitKmh;
    if (lane === undefined || direction === undefined || limitKmh === undefined) {
      return { state, observations: [] };
    }
    const marginKmh = config.margin_kmh ?? MARGIN_KMH;
    const reprojectionM = scene.ground?.reprojectionErrorM ?? 0;
    const observations: Observation[] = [];
    const tracks = stepPerTrack(state.tracks, frame.users, (user, known) => {
      if (known?.raised === true || !user.located || !user.metric || !isVehicle(user)) return known;
      const slow = user.speedMs !== undefined && user.speedMs * 3.6 < MEASURED_FROM * limitKmh;
      if (slow || !contains(lane.polygon, user.foot)) return undefined;
      const run = extend(known, frame.tMs, alongLane({ direction }, user.place));
      const measured = speedOf(run, reprojectionM);
      if (measured === undefined || measured.kmh - measured.errorKmh <= limitKmh + marginKmh) return run;
      const breach = breachOf(scene, {
        rule: "speed",
        user,
        tMs: frame.tMs,
        where: { lane: lane.name },
        withheld: "meter-missing",
        because: {
          from_ms: run.fromMs,
          path_m: Math.abs(run.lastM - run.fromM),
          frames: run.n,
          limit_kmh: limitKmh,
          margin_kmh: marginKmh,
          error_kmh: measured.errorKmh,
          meter: config.meter?.device ?? null,
        },
      });
      observations.push({ ...breach, data: { ...breach.data, speed_kmh: measured.kmh } });
      return { ...run, raised: true };
    });
    return { state: tracks === state.tracks ? state : { tracks }, observations };
  },
};

function extend(known: Run | undefined, tMs: number, metres: number): Run {
  const jumped =
    known !== undefined && Math.abs(metres - known.lastM) > 2 + (FASTEST_MS * (tMs - known.lastMs)) / 1000;
  if (known === undefined || jumped) {
    return { fromMs: tMs, fromM: metres, lastMs: tMs, lastM: metres, n: 1, t: 0, m: 0, tt: 0, tm: 0, mm: 0 };
  }
  const t = (tMs - known.fromMs) / 1000;
  const m = metres - known.fromM;
  return {
    ...known,
    lastMs: tMs,
    lastM: metres,
    n: known.n + 1,
    t: known.t + t,
    m: known.m + m,
    tt: known.tt + t * t,
    tm: known.tm + t * m,
    mm: known.mm + m * m,
  };
}

/** Speed and the half width of its error; undefined while too little was measured. */
function speedOf(run: Run, reprojectionM: number): { kmh: number; errorKmh: number } | undefined {
  const { n } = run;
  const pathM = Math.abs(run.lastM - run.fromM);
  if (n < MIN_FRAMES || run.lastMs - run.fromMs < MIN_MS || pathM < MIN_M) return undefined;
  const tt = run.tt - (run.t * run.t) / n;
  const tm = run.tm - (run.t * run.m) / n;
  const mm = run.mm - (run.m * run.m) / n;
  const slope = tm / tt;
  const scatter = Math.max(0, mm - slope * tm) / (n - 2);
  const speedMs = Math.abs(slope);
  const errorMs =
    STANDARD_ERRORS * Math.sqrt(scatter / tt) + speedMs * (SCALE_ERROR + (2 * reprojectionM) / pathM);
  return { kmh: speedMs * 3.6, errorKmh: errorMs * 3.6 };
}
