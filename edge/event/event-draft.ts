// An event before a sink has given it its place in the order.
import type { Event } from "../../contract/event.ts";

/** Everything but `sequence` and `epoch`: the outbox assigns them live, a counter in a replay. */
export type EventDraft = Omit<Event, "sequence" | "epoch">;

/** An event as the pipeline hands it on. */
export interface PipelineEvent {
  readonly draft: EventDraft;
  /** A live sample: for screens and replays, never for the outbox. */
  readonly transient: boolean;
}
