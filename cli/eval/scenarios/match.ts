// Matches claims with labels as FORMATS §3 says: same rule, same road user or zone, a time within the window.
import type { Claim } from "./claim.ts";
import type { TruthLabel } from "./labels.ts";

/** A label's window is widened by this on both sides. */
export const WINDOW_MS = 1000;
/** An observation for want of a meter says that the thing happened: without a label it is as false as a case. */
const ASSERTING = new Set(["meter-missing"]);

export interface Matching {
  readonly hits: readonly { readonly label: TruthLabel; readonly claim: Claim }[];
  readonly missed: readonly TruthLabel[];
  readonly falseClaims: readonly Claim[];
  /** Observations without a label that assert nothing an officer would see as a case: neither right nor wrong. */
  readonly neutral: readonly Claim[];
}

/** Each label takes at most one claim, the first in time that fits; what is left over is false. */
export function match(labels: readonly TruthLabel[], claims: readonly Claim[]): Matching {
  const left = [...claims].sort((a, b) => a.tMs - b.tMs);
  const hits: { label: TruthLabel; claim: Claim }[] = [];
  const missed: TruthLabel[] = [];
  for (const label of [...labels].sort((a, b) => a.toMs - b.toMs)) {
    const index = left.findIndex((claim) => fits(label, claim));
    const [claim] = index === -1 ? [] : left.splice(index, 1);
    if (claim === undefined) missed.push(label);
    else hits.push({ label, claim });
  }
  const asserts = ({ withheld }: Claim): boolean => withheld === undefined || ASSERTING.has(withheld);
  return {
    hits,
    missed,
    falseClaims: left.filter(asserts),
    neutral: left.filter((claim) => !asserts(claim)),
  };
}

function fits(label: TruthLabel, claim: Claim): boolean {
  if (claim.rule !== label.rule || (claim.withheld !== undefined) !== label.wantsObservation) return false;
  if (claim.tMs < label.fromMs - WINDOW_MS || claim.tMs > label.toMs + WINDOW_MS) return false;
  if (label.id !== undefined) return claim.truthId === label.id;
  return label.zone === undefined || claim.zone === label.zone;
}
