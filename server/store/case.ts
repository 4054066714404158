// Something that waits for a person's decision, and the table of what may follow what.
import type { Envelope } from "../../contract/event.ts";
import type { Actor } from "./audit-chain.ts";
import type { StoredEvidence } from "./evidence.ts";

export const CASE_KINDS = ["traffic", "face"] as const;
export type CaseKind = (typeof CASE_KINDS)[number];
export const CASE_STATES = ["new", "in-review", "confirmed", "rejected", "forwarded", "closed"] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** What may be done to a case. `release` and `forward` are the server's own where nobody asks for them. */
export const CASE_STEPS = ["claim", "release", "confirm", "reject", "forward", "close"] as const;
export type CaseStep = (typeof CASE_STEPS)[number];

/** What each step makes of each state; a pair that is absent is refused. */
export const CASE_TRANSITIONS: Readonly<Record<CaseState, Readonly<Partial<Record<CaseStep, CaseState>>>>> = {
  new: { claim: "in-review" },
  "in-review": { release: "new", confirm: "confirmed", reject: "rejected" },
  // Where no destination wants it, it is closed without having been forwarded.
  confirmed: { forward: "forwarded", close: "closed" },
  rejected: { close: "closed" },
  forwarded: { close: "closed" },
  closed: {},
};

/** Steps that only a person takes: there is no way to `forwarded` without one of them. */
export const PERSONS_STEPS: ReadonlySet<CaseStep> = new Set(["claim", "confirm", "reject", "close"]);

export const CORRECTED_FIELDS = ["plate", "class"] as const;
export type CorrectedField = (typeof CORRECTED_FIELDS)[number];

export interface StoredCase {
  /** Id of the event that it came from. */
  readonly id: string;
  readonly kind: CaseKind;
  readonly box: string;
  readonly camera: string;
  readonly rule: string;
  readonly site: string;
  readonly time: Date;
  readonly state: CaseState;
  readonly reason: string | undefined;
  readonly decidedAt: Date | undefined;
  readonly decidedBy: string | undefined;
  /** Who reviews it, until when nobody else may. */
  readonly review: { readonly byId: string; readonly by: string; readonly until: Date } | undefined;
  /** People who have confirmed it; its rule may demand two. */
  readonly confirmations: number;
  /** What people saw otherwise, the latest of each. */
  readonly correctedPlate: string | undefined;
  readonly correctedClass: string | undefined;
  readonly version: number;
  /** The CloudEvent as it was received. */
  readonly event: Envelope;
  /** The files that the event names, by name. */
  readonly evidence: readonly StoredEvidence[];
}

export interface Decision {
  readonly decision: "confirm" | "reject";
  readonly reason?: string | undefined;
  readonly by: Actor;
}

export interface Correction {
  readonly field: CorrectedField;
  readonly value: string;
  readonly reason?: string | undefined;
}

/** One step of a case's way, or one correction. */
export interface CaseEntry {
  readonly at: Date;
  readonly by: string;
  readonly what: CaseStep | CorrectedField;
  /** The state afterwards, or the corrected value. */
  readonly value: string;
  readonly reason: string | undefined;
}

/**
 * in-review: somebody else reviews it; second-officer: the same person can't confirm twice; not-held: it is not the
 * asker's to give back; already-decided: its state has no such step.
 */
export type CaseFault = "not-found" | "already-decided" | "in-review" | "second-officer" | "not-held";

export type CaseResult =
  | { readonly ok: true; readonly case: StoredCase }
  | { readonly ok: false; readonly fault: CaseFault };

/** A plate as it is searched for: capitals and digits, Đ as D. */
export function searchPlate(text: string): string {
  return text
    .toUpperCase()
    .replaceAll("Đ", "D")
    .replaceAll(/[^A-Z0-9]/g, "");
}
