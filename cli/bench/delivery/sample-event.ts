// Events like a busy junction's, about 1.2 kB each, for benchmarks: counts mostly, some crowd alerts and cases.
import { v7 as uuid } from "uuid";
import { dataSchemaOf, type EventTypeName } from "../../../contract/event.ts";
import type { EventDraft } from "../../../edge/event/event-draft.ts";

const PADDING = "position speed margin ".repeat(24);
/** Media time between two events: tells from the stored row which event it was made as. */
export const STEP_MS = 40;

/**
 * The `index`-th event of a box: one case in 50, one alert opened and closed in 100, counts otherwise. `t_ms` is
 * `index` × {@link STEP_MS}; `time` is now, or as the box's clock says.
 */
export function sampleEvent(box: string, index: number, timeMs = Date.now()): EventDraft {
  const type = typeOf(index);
  const event = {
    specversion: "1.0",
    id: uuid(),
    source: `/bench/${box}/junction`,
    type,
    subject: type === "vn.ngatu.crowd.alert.v1" ? "junction/crowd-over/plaza" : `passage-${index}`,
    time: new Date(timeMs).toISOString(),
    dataschema: dataSchemaOf(type),
    data: { ...shared(index), ...dataOf(type, index) },
  };
  return event as EventDraft;
}

function typeOf(index: number): EventTypeName {
  if (index % 100 === 7 || index % 100 === 57) return "vn.ngatu.crowd.alert.v1";
  return index % 50 === 20 ? "vn.ngatu.traffic.case.v1" : "vn.ngatu.count.v1";
}

function shared(index: number): Record<string, unknown> {
  return {
    rule_version: 1,
    camera: "junction",
    t_ms: index * STEP_MS,
    scene_hash: "5f0c1d6e8f4b4b8b9d1b0b8c7a6f5e4d3c2b1a09f8e7d6c5b4a3928170605040",
    model_hashes: { detector: "9d1b0b8c7a6f5e4d3c2b1a09f8e7d6c5b4a39281706050405f0c1d6e8f4b4b8b" },
    because: { crossed_ms: index * STEP_MS - 200, box: [100.5, 200.25, 180, 320], note: PADDING },
    track: { id: index + 1, class: "motorcycle" },
  };
}

function dataOf(type: EventTypeName, index: number): Record<string, unknown> {
  if (type === "vn.ngatu.traffic.case.v1") return { rule: "wrong-way", lane: "north-1" };
  if (type === "vn.ngatu.crowd.alert.v1") {
    return { rule: "crowd-over", zone: "plaza", state: index % 100 === 7 ? "opened" : "closed", persons: 41 };
  }
  return {
    rule: "line-count",
    line: "gate",
    class: "motorcycle",
    direction: "forward",
    count: 1,
    total: index + 1,
  };
}
