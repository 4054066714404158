// An accepted event, and what goes first when there is no room for all.
import { EVENT_TYPES, type Channel, type EventType } from "../../contract/event.ts";
import type { EventDraft } from "../event/event-draft.ts";

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
