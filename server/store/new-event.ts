// What ingest hands to the store: a valid event, or a message that could not become one.
import type { Envelope } from "../../contract/event.ts";

/** The columns of a valid event and its bytes. The object that was validated is let go of: kept through a batch, thousands of them would outlive the young part of the heap. */
export class NewEvent {
  readonly box: string;
  readonly camera: string;
  readonly id: string;
  readonly epoch: string;
  readonly sequence: number;
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  readonly time: string;
  /** The event as it came, JSON in UTF-8: stored as it is, unknown keys included. Its owner says how long it is valid. */
  readonly payload: Buffer;

  /** `event` is valid and what `payload` says. */
  constructor(event: Envelope, payload: Buffer) {
    const [, , box = "", camera = ""] = event.source.split("/");
    this.box = box;
    this.camera = camera;
    this.id = event.id;
    this.epoch = event.epoch;
    this.sequence = event.sequence;
    this.type = event.type;
    this.source = event.source;
    this.subject = event.subject;
    this.time = event.time;
    this.payload = payload;
  }

  /** Read again from its bytes, for the few that need more than the columns. */
  get event(): Envelope {
    return JSON.parse(this.payload.toString()) as Envelope;
  }
}

export interface Quarantined {
  readonly topic: string;
  readonly reason: string;
  readonly payload: Buffer;
}
