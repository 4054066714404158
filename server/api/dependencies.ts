// What the HTTP interface needs from the rest of the server, declared beside its only consumer.
import type { Logger } from "pino";
import type { Envelope } from "../../contract/event.ts";
import type { Live, Status } from "../../contract/messages.ts";

export const CASE_STATES = ["new", "confirmed", "rejected", "forwarded"] as const;
export type CaseState = (typeof CASE_STATES)[number];
export const CASE_KINDS = ["traffic", "face"] as const;
export type CaseKind = (typeof CASE_KINDS)[number];
export const FORWARD_STATES = ["waiting", "delivered", "dead"] as const;
export type ForwardState = (typeof FORWARD_STATES)[number];
export const ALERT_STATES = ["opened", "updated", "closed"] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** Where the next page of a list begins: the last row of the page before it. Lists run newest first. */
export interface Cursor {
  readonly time: Date;
  readonly id: string;
}

export interface StoredEvent {
  readonly id: string;
  readonly box: string;
  readonly camera: string;
  readonly receivedAt: Date;
  /** The CloudEvent as it was received. */
  readonly event: Envelope;
}

export interface StoredCase {
  readonly id: string;
  readonly kind: CaseKind;
  readonly box: string;
  readonly camera: string;
  readonly rule: string;
  readonly time: Date;
  readonly state: CaseState;
  readonly reason: string | undefined;
  readonly decidedAt: Date | undefined;
  readonly decidedBy: string | undefined;
  /** The CloudEvent that the case came from. */
  readonly event: Envelope;
}

export interface StoredAlert {
  readonly subject: string;
  readonly box: string;
  readonly camera: string;
  readonly rule: string;
  readonly zone: string | undefined;
  readonly state: AlertState;
  readonly openedAt: Date;
  readonly changedAt: Date;
  readonly persons: number | undefined;
}

export interface StoredBox {
  readonly box: string;
  readonly online: boolean;
  readonly changedAt: Date;
  readonly status: Status;
}

export interface StoredForward {
  readonly id: string;
  readonly destination: string;
  readonly eventId: string;
  readonly kind: string;
  readonly state: ForwardState;
  readonly attempts: number;
  readonly nextAt: Date;
  readonly deliveredAt: Date | undefined;
  readonly lastError: string | undefined;
}

export interface EventFilter {
  readonly type?: string | undefined;
  readonly box?: string | undefined;
  readonly camera?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly before?: Cursor | undefined;
  readonly limit: number;
}

export interface CaseFilter {
  readonly state?: CaseState | undefined;
  readonly kind?: CaseKind | undefined;
  readonly before?: Cursor | undefined;
  readonly limit: number;
}

export interface Decision {
  readonly decision: "confirm" | "reject";
  readonly reason?: string | undefined;
  readonly by: string;
}

export type DecisionResult =
  | { readonly ok: true; readonly case: StoredCase }
  | { readonly ok: false; readonly fault: "not-found" }
  | { readonly ok: false; readonly fault: "already-decided"; readonly state: CaseState };

export interface Counts {
  /** Events by type whose capture time is `since` or later. */
  readonly eventsByType: Readonly<Record<string, number>>;
  readonly casesByState: Readonly<Partial<Record<CaseState, number>>>;
  readonly forwardsByState: Readonly<Partial<Record<ForwardState, number>>>;
}

export interface Repositories {
  readonly events: {
    list(filter: EventFilter): Promise<readonly StoredEvent[]>;
    get(id: string): Promise<StoredEvent | undefined>;
    /** Events committed after the given one, oldest first; undefined when that event is not stored. */
    since(id: string, limit: number): Promise<readonly StoredEvent[] | undefined>;
  };
  readonly cases: {
    list(filter: CaseFilter): Promise<readonly StoredCase[]>;
    get(id: string): Promise<StoredCase | undefined>;
    decide(id: string, decision: Decision): Promise<DecisionResult>;
  };
  readonly alerts: { list(filter: { open?: boolean | undefined; limit: number }): Promise<readonly StoredAlert[]> };
  readonly boxes: { list(): Promise<readonly StoredBox[]> };
  readonly forwards: {
    list(filter: { state?: ForwardState | undefined; limit: number }): Promise<readonly StoredForward[]>;
  };
  counts(since: Date): Promise<Counts>;
}

/** What happened after a commit (or, for `live`, without one). */
export type FeedMessage =
  | { readonly kind: "event"; readonly event: StoredEvent }
  | { readonly kind: "case"; readonly case: StoredCase }
  | { readonly kind: "alert"; readonly alert: StoredAlert }
  | { readonly kind: "box"; readonly box: StoredBox }
  | { readonly kind: "forward"; readonly forward: StoredForward }
  | { readonly kind: "live"; readonly box: string; readonly live: Live };

export interface FeedSource {
  /** Calls the listener with each message, in order; the function returned ends that. The listener never throws. */
  subscribe(listener: (message: FeedMessage) => void): () => void;
}

export interface ApiDependencies {
  readonly repositories: Repositories;
  readonly feed: FeedSource;
  readonly log: Logger;
  /** Asks a box to send previews of a camera for a while (a lease; call it again to renew). Never throws. */
  watch(box: string, camera: string): void;
  /** What the server waits for before it can work; each resolves false or rejects when it is away. */
  readonly ready: Readonly<Record<string, () => Promise<boolean>>>;
  /** Folder of the built screen; without it only the API answers. */
  readonly screenFolder?: string | undefined;
}
