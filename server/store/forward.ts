// One event on its way to one destination.
import type { Envelope } from "../../contract/event.ts";

export const FORWARD_STATES = ["waiting", "delivered", "dead"] as const;
export type ForwardState = (typeof FORWARD_STATES)[number];

/** What a destination may ask for. */
export const FORWARD_KINDS = ["traffic-case", "crowd-alert", "face-match", "incident"] as const;
export type ForwardKind = (typeof FORWARD_KINDS)[number];

export interface StoredForward {
  readonly id: string;
  readonly destination: string;
  readonly eventId: string;
  readonly kind: string;
  readonly site: string;
  readonly state: ForwardState;
  readonly attempts: number;
  readonly nextAt: Date;
  readonly deliveredAt: Date | undefined;
  readonly lastError: string | undefined;
}

/** A row to be queued; `event` is the body that will be sent. */
export interface NewForward {
  readonly eventId: string;
  readonly kind: ForwardKind;
  readonly event: Envelope;
}

/** Which destinations want a kind: the configuration's answer, asked when a row is queued. */
export type DestinationsFor = (kind: ForwardKind) => readonly string[];
