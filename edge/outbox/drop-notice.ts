// The health event that says that a full outbox began or ceased to drop events, and how many of what it dropped.
import { v7 as uuid } from "uuid";
import { dataSchemaOf } from "../../contract/event.ts";
import type { Durability, EventDraft } from "./draft.ts";

export type DropCounts = Record<Durability, number>;

export function dropNotice(
  place: { readonly site: string; readonly box: string },
  state: "degraded" | "ok",
  dropped: Readonly<DropCounts>,
): EventDraft {
  const counts = Object.entries(dropped).filter(([, count]) => count > 0);
  const cause = `full; dropped since the start: ${counts.map(([kind, count]) => `${kind} ${count}`).join(", ")}`;
  return {
    specversion: "1.0",
    id: uuid(),
    source: `/${place.site}/${place.box}/outbox`,
    type: "vn.ngatu.health.v1",
    subject: "outbox",
    time: new Date().toISOString(),
    dataschema: dataSchemaOf("vn.ngatu.health.v1"),
    data: { component: "outbox", state, cause },
  };
}
