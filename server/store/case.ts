// Something that waits for a person's decision, and the table of what may follow what.
import type { Envelope } from "../../contract/event.ts";
import type { Actor } from "./audit-chain.ts";
import type { StoredEvidence } from "./evidence.ts";

export const CASE_KINDS = ["traffic", "face"] as const;
export type CaseKind = (typeof CASE_KINDS)[number];
export const CASE_STATES = ["new", "confirmed", "rejected", "forwarded"] as const;
export type CaseState = (typeof CASE_STATES)[number];

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

export type DecisionResult =
  | { readonly ok: true; readonly case: StoredCase }
  | { readonly ok: false; readonly fault: "not-found" }
  | { readonly ok: false; readonly fault: "already-decided"; readonly state: CaseState };

/** What a decision makes of a state; a pair that is absent is refused. */
const transitions: Readonly<Record<CaseState, Partial<Record<Decision["decision"], CaseState>>>> = {
  new: { confirm: "confirmed", reject: "rejected" },
  confirmed: {},
  rejected: {},
  forwarded: {},
};

export function decided(state: CaseState, decision: Decision["decision"]): CaseState | undefined {
  return transitions[state][decision];
}
