// What ingest hands to the store: a valid event, or a message that could not become one.
import type { Envelope } from "../../contract/event.ts";

export interface NewEvent {
  readonly box: string;
  readonly camera: string;
  /** The event as it came, JSON: stored as it is, unknown keys included. */
  readonly text: string;
  readonly event: Envelope;
}

export interface Quarantined {
  readonly topic: string;
  readonly reason: string;
  readonly payload: Buffer;
}
