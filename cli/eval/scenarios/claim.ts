// What an event claims, as far as a judge of scenarios is concerned.

/** One statement of the product: this rule was broken, or this crowd alert opened. */
export interface Claim {
  readonly rule: string;
  readonly tMs: number;
  readonly zone?: string;
  /** Majority truth identity of its track; null when most of the track's boxes have none. */
  readonly truthId?: number | null;
  readonly plate?: string;
  /** Why it is only an observation; absent for cases, incidents and alerts. */
  readonly withheld?: string;
  /** What made it, for whoever reads a false claim. */
  readonly because?: unknown;
}

interface EventLike {
  readonly type: string;
  readonly data: unknown;
}

/** Counts, samples, flow and matches are judged apart (FORMATS §3, §7). */
const CLAIMING = new Set([
  "vn.ngatu.traffic.case.v1",
  "vn.ngatu.traffic.observation.v1",
  "vn.ngatu.crowd.alert.v1",
  "vn.ngatu.incident.v1",
]);

interface RuleData {
  readonly rule?: string;
  readonly t_ms?: number;
  readonly zone?: string;
  readonly state?: string;
  readonly withheld?: string;
  readonly track?: { readonly truth_id?: number | null };
  readonly plate?: { readonly text: string };
  readonly because?: unknown;
}

/** The claim of an event; undefined where it makes none: a sample, an alert's later states. */
export function claimOf(event: EventLike): Claim | undefined {
  if (!CLAIMING.has(event.type)) return undefined;
  const data = event.data as RuleData;
  if (data.rule === undefined || data.t_ms === undefined) return undefined;
  if (data.state !== undefined && data.state !== "opened") return undefined;
  return {
    rule: data.rule,
    tMs: data.t_ms,
    ...(data.zone === undefined ? {} : { zone: data.zone }),
    ...(data.track === undefined ? {} : { truthId: data.track.truth_id ?? null }),
    ...(data.plate === undefined ? {} : { plate: data.plate.text }),
    ...(data.because === undefined ? {} : { because: data.because }),
    ...(data.withheld === undefined ? {} : { withheld: data.withheld }),
  };
}
