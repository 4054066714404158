// Judges one scenario folder: plays it, matches claims with labels, counts lawful passages.
import { join } from "node:path";
import type { Claim } from "./claim.ts";
import { readSamples, type Sample } from "./density.ts";
import { readLabels, type TruthLabel } from "./labels.ts";
import { type Matching, match } from "./match.ts";
import { playScenario } from "./play.ts";
import { readVolumes, type TrueVolumes, type VolumeClaim } from "./volumes.ts";

/** A scenario and its judgement; plain data, so that it can come from a worker thread. */
export interface Judged {
  readonly name: string;
  readonly judgement: Judgement;
}

export interface Judgement {
  readonly matching: Matching;
  readonly lawfulPassages: ReadonlyMap<string, number>;
  readonly notInForce: readonly string[];
  readonly samples: { readonly truth: readonly Sample[]; readonly claimed: readonly Sample[] };
  /** Absent where the scenario has no volumes.json. */
  readonly volumes?: { readonly truth: TrueVolumes; readonly claimed: readonly VolumeClaim[] };
  readonly mediaMs: number;
}

const LATE_MS = 2000;
/** Rules whose events are not claims about a road user or a crowd: judged apart. */
const JUDGED_APART = new Set(["line-count", "flow", "queue", "watch-list"]);

export async function judgeScenario(folder: string, signal: AbortSignal): Promise<Judgement> {
  const labels = readLabels(join(folder, "labels.jsonl"));
  const played = await playScenario(folder, signal);
  const passages = played.passages.lawful(labels);
  for (const rule of JUDGED_APART) passages.delete(rule);
  const volumes = readVolumes(join(folder, "volumes.json"));
  return {
    matching: match(labels, played.claims),
    lawfulPassages: passages,
    notInForce: played.notInForce,
    samples: { truth: readSamples(join(folder, "samples.jsonl")), claimed: played.samples },
    ...(volumes === undefined ? {} : { volumes: { truth: volumes, claimed: played.volumes } }),
    mediaMs: played.mediaMs,
  };
}

/** Lines for whoever wants to know each miss and each false claim. */
export function explain(scenario: string, { matching }: Judgement): string[] {
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  const label = ({ rule, id, zone, fromMs, toMs }: TruthLabel): string =>
    `${rule} ${id === undefined ? (zone ?? "") : `id ${id}`} at ${seconds(fromMs)}–${seconds(toMs)} s`;
  const claim = ({ rule, truthId, zone, tMs, withheld }: Claim): string =>
    `${rule} ${truthId === undefined ? (zone ?? "") : `id ${String(truthId)}`} at ${seconds(tMs)} s${
      withheld === undefined ? "" : ` (${withheld})`
    }`;
  const late = matching.hits.filter(({ label: { trueMs }, claim: { tMs } }) => tMs - trueMs > LATE_MS);
  return [
    ...late.map(({ label: each, claim: { tMs } }) => `${scenario}: late ${label(each)}: ${seconds(tMs)} s`),
    ...matching.missed.map((each) => `${scenario}: missed ${label(each)}`),
    ...matching.falseClaims.map(
      (each) => `${scenario}: false ${claim(each)} because ${JSON.stringify(each.because ?? {})}`,
    ),
    ...matching.neutral.map((each) => `${scenario}: observed only ${claim(each)}`),
  ];
}
