// An event before the outbox has given it its place in the order, and what the outbox holds of it.
import { EVENT_TYPES, type Channel, type Event, type EventType } from "../../contract/event.ts";

/** Everything but `sequence` and `epoch`, which the outbox assigns when it accepts the event. */
export type EventDraft = Omit<Event, "sequence" | "epoch">;

export type Durability = EventType["durability"];

/** What goes first when the outbox is full. */
export const DROP_ORDER = ["sample", "flow", "alert", "case"] as const satisfies readonly Durability[];

/** An accepted event as it is sent. */
export interface OutboxRow {
  readonly sequence: number;
  readonly channel: Channel;
  /** The whole CloudEvent, JSON. */
  readonly payload: string;
}

/** Position in {@link DROP_ORDER}: the lower, the earlier it goes. */
export function rankOf(draft: EventDraft): number {
  return DROP_ORDER.indexOf(EVENT_TYPES[draft.type].durability);
}
