// The health event that says that an outbox which is full, or waited too long, began or ceased to drop events, and how many of what it dropped.
import type { EventDraft } from "../event/event-draft.ts";
import { healthEvent } from "../event/health.ts";
import type { Durability } from "./draft.ts";

export type DropCounts = Record<Durability, number>;

export function dropNotice(
  place: { readonly site: string; readonly box: string },
  state: "degraded" | "ok",
  dropped: Readonly<DropCounts>,
): EventDraft {
  const counts = Object.entries(dropped).filter(([, count]) => count > 0);
  const cause = `full, or without a server for too long; dropped since the start: ${counts.map(([kind, count]) => `${kind} ${count}`).join(", ")}`;
  return healthEvent({ ...place, component: "outbox", state, cause });
}
